//! What the corpus is made of: a few seconds of speech, that speech in other formats, and bytes.

use std::path::{Path, PathBuf};

use crate::helpers::sound::ffmpeg;

/// A folder with speech in it: three seconds, unless other is asked for.
pub struct Kit {
    folder: tempfile::TempDir,
    speech: PathBuf,
}

impl Kit {
    pub fn new() -> Self {
        Self::of("12", "3")
    }

    /// The same with speech from another second on, and so many seconds of it.
    pub fn of(begin: &str, seconds: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let speech = folder.path().join("speech.wav");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("bulletins/02-tim-hieu-thu-tuc-o-dau.mp3");
        let (source, target) = (source.to_str().unwrap(), speech.to_str().unwrap());
        ffmpeg(&["-ss", begin, "-t", seconds, "-i", source, "-ac", "1", "-ar", "44100", "-c:a", "pcm_s16le", target]);
        Self { folder, speech }
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The speech as ffmpeg writes it with these arguments.
    pub fn speech(&self, ending: &str, args: &[&str]) -> Vec<u8> {
        self.from(&["-i", self.speech.to_str().unwrap()], ending, args)
    }

    /// What ffmpeg makes of any input.
    pub fn from(&self, input: &[&str], ending: &str, args: &[&str]) -> Vec<u8> {
        let target = self.folder.path().join(format!("made.{ending}"));
        ffmpeg(&[input, args, &["-fflags", "+bitexact", target.to_str().unwrap()]].concat());
        std::fs::read(&target).unwrap()
    }
}

/// A WAV file with this format, header fields and bytes of sound.
pub fn wav(tag: u16, channels: u16, rate: u32, bits: u16, sound: &[u8]) -> Vec<u8> {
    let frame = u32::from(channels) * u32::from(bits / 8);
    let mut file = b"RIFF".to_vec();
    file.extend((36 + sound.len() as u32).to_le_bytes());
    file.extend(b"WAVEfmt \x10\0\0\0");
    file.extend(tag.to_le_bytes());
    file.extend(channels.to_le_bytes());
    file.extend(rate.to_le_bytes());
    file.extend(rate.wrapping_mul(frame).to_le_bytes());
    file.extend((frame as u16).to_le_bytes());
    file.extend(bits.to_le_bytes());
    file.extend(b"data");
    file.extend((sound.len() as u32).to_le_bytes());
    file.extend(sound);
    file
}

/// A buzz with the rhythm of speech, as 32-bit floats.
pub fn floats(seconds: usize, change: impl Fn(usize, f32) -> f32) -> Vec<u8> {
    let sample = |index: usize| {
        let t = index as f32 / 16_000.0;
        let rhythm = (t * 9.0).sin().abs();
        change(index, 0.3 * rhythm * (t * 900.0).sin())
    };
    (0..seconds * 16_000).flat_map(|index| sample(index).to_le_bytes()).collect()
}

/// The first so many hundredths of a file.
pub fn cut(bytes: &[u8], percent: usize) -> Vec<u8> {
    bytes[..bytes.len() * percent / 100].to_vec()
}

/// The file with these bytes at the place of a mark, so many bytes behind its beginning.
pub fn patched(bytes: &[u8], mark: &[u8], behind: usize, by: &[u8]) -> Vec<u8> {
    let at = bytes.windows(mark.len()).position(|window| window == mark).unwrap_or_else(|| panic!("no {mark:?}"));
    let mut changed = bytes.to_vec();
    changed[at + behind..at + behind + by.len()].copy_from_slice(by);
    changed
}

/// An ID3v2.3 tag of so many bytes in front of a file.
pub fn id3(size: usize, file: &[u8]) -> Vec<u8> {
    let digits = [21, 14, 7, 0].map(|shift| (size >> shift & 0x7f) as u8);
    [b"ID3\x03\0\0", &digits[..], &vec![0; size][..], file].concat()
}

/// A picture frame of so many bytes in an ID3v2.3 tag in front of a file.
pub fn id3_picture(size: usize, file: &[u8]) -> Vec<u8> {
    let digits = [21, 14, 7, 0].map(|shift| ((size + 24) >> shift & 0x7f) as u8);
    let frame = [b"APIC", &((size + 14) as u32).to_be_bytes()[..], b"\0\0", b"\0image/jpeg\0\x03\0"].concat();
    [b"ID3\x03\0\0", &digits[..], &frame[..], &vec![0x55; size][..], file].concat()
}

/// An APEv2 tag behind a file.
pub fn ape(file: &[u8]) -> Vec<u8> {
    let item = b"\x05\0\0\0\0\0\0\0Title\0tin 1";
    let part = |flags: u32| {
        [
            b"APETAGEX\xd0\x07\0\0",
            &(item.len() as u32 + 32).to_le_bytes()[..],
            b"\x01\0\0\0",
            &flags.to_le_bytes()[..],
            &[0; 8],
        ]
        .concat()
    };
    [file, &part(0xa000_0000)[..], item, &part(0x8000_0000)[..]].concat()
}
