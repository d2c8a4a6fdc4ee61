//! QR codes as shapes for a page: black squares in one path, with the white border that scanners want.

use qrcodegen::{QrCode, QrCodeEcc};

/// White squares around a QR code, as its standard wants (ISO/IEC 18004, 4.2).
const QUIET: i32 = 4;

/// A code's shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    /// An SVG path in squares.
    pub path: String,
    /// Squares a side, border included.
    pub side: u32,
}

/// Draws a text; none when it is too long for any code.
pub fn draw(text: &str) -> Option<Drawn> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in 0..code.size() {
            if code.get_module(x, y) {
                path.push_str(&format!("M{} {}h1v1h-1z", x + QUIET, y + QUIET));
            }
        }
    }
    Some(Drawn { path, side: (code.size() + 2 * QUIET).unsigned_abs() })
}
