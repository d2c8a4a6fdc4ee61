//! Chance that can be had again: small, seeded, and its seed is printed with a failed test.

/// A stream of numbers.
pub struct Chance(u64);

impl Chance {
    /// `LOA_SEED`, or another at every run; printed, for a failed test shows what was printed.
    pub fn new() -> Self {
        let given = std::env::var("LOA_SEED").ok().and_then(|text| text.parse().ok());
        let seed = given.unwrap_or_else(|| u64::from_le_bytes(loa::trust::keys::random_bytes().unwrap()));
        println!("LOA_SEED={seed}");
        Self(seed)
    }

    /// A number below a limit.
    pub fn below(&mut self, limit: u64) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % limit
    }
}
