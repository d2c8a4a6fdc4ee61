//! What a new password must be: long enough, and nothing that everybody guesses first. Any characters are welcome and
//! none is demanded (OWASP ASVS 5.0, 6.2: length, no rules of composition, a list of common ones).

/// Shortest password, characters (ASVS 5.0 asks for 8 and recommends 15).
pub const SHORTEST: usize = 12;
/// Longest password, characters; more would only make hashing slow.
pub const LONGEST: usize = 256;

/// Words that lists of leaked passwords begin with, and those that people here would think of. A password is refused
/// when it is one of them but for digits and signs around it, or several of them in a row.
const COMMON: &str = "\
    password passwd passphrase passcode secret letmein welcome login admin administrator root user guest test testing \
    master default changeme change temp temporary qwerty qwertyuiop qwert asdf asdfgh asdfghjkl zxcv zxcvbn zxcvbnm \
    qazwsx qwe asd zxc abc abcd abcde abcdef abcdefgh abcdefghijkl xyz iloveyou love lovely monkey dragon football \
    baseball basketball soccer superman batman pokemon starwars princess sunshine shadow michael jordan jennifer \
    charlie daniel ashley jessica thomas robert george andrew nicole matthew computer internet google facebook zalo \
    hello world summer winter spring autumn monday friday january december trustno whatever freedom ninja mustang \
    access flower cheese killer pepper ginger hunter ranger buster soccer hockey tigger secure security server \
    system office windows samsung apple iphone android nokia oracle mysql postgres database backup support helpdesk \
    matkhau matkhaumoi matkhaucu mkhau matma bimat dangnhap taikhoan nguoidung quantri quantrivien hethong maychu \
    macdinh doimatkhau xinchao chaoban anhyeuem emyeuanh yeuem yeuanh toiyeuem nhoem conyeume giadinh hanhphuc \
    vietnam vietnamvodich hanoi saigon hochiminh danang quangnam tamky hoian thangbinh duyxuyen dienban nuithanh \
    phuninh queson hiepduc tienphuoc bactramy namtramy donggiang taygiang namgiang phuocson dailoc nongson hue \
    dalat haiphong cantho nguyen nguyenvan tran tranthi pham phamvan huynh hoang phan dang bui ngo duong thanh \
    minh tuan hung dung hai nam linh lan huong mai thao phuong trang hoa truyenthanh daitruyenthanh phatthanh loa \
    loaphuong loaphat coso truyenthanhcoso thongtin truyenthong thongtintruyenthong sothongtin sotttt ubnd ubndxa \
    ubndtinh ubndhuyen uyban uybannhandan cchc caicach caicachhanhchinh hanhchinh chinhphu congan quandoi xa phuong \
    huyen tinh thanhpho chao tet chucmungnammoi nammoi \
    aa aaa aaaa aaaaaa zz zzz xx xxx";

/// Why a password is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weak {
    /// Fewer than [`SHORTEST`] characters.
    Short,
    /// More than [`LONGEST`] characters.
    Long,
    /// Among those guessed first, or a row of digits or of one letter.
    Common,
    /// Made of the log-in name, the name for people or the service's name.
    Name,
}

impl std::fmt::Display for Weak {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Short => write!(f, "the password is shorter than {SHORTEST} characters: choose a longer one"),
            Self::Long => write!(f, "the password is longer than {LONGEST} characters: choose a shorter one"),
            Self::Common => {
                f.write_str("the password is among those guessed first: choose a few words nobody would guess")
            }
            Self::Name => f.write_str("the password is made of the user's name: choose a few words nobody would guess"),
        }
    }
}

/// Judges a new password for somebody.
///
/// # Errors
/// Why it is too weak.
pub fn judge(password: &str, name: &str, display_name: &str) -> Result<(), Weak> {
    let length = password.chars().count();
    if length < SHORTEST {
        return Err(Weak::Short);
    }
    if length > LONGEST {
        return Err(Weak::Long);
    }
    let folded = fold(password);
    let letters: String = folded.chars().filter(char::is_ascii_alphabetic).collect();
    if distinct(password) < 5 || steps(password) {
        return Err(Weak::Common);
    }
    // Letters of other scripts, and pictures, are on no list of ours.
    if !folded.is_ascii() {
        return Ok(());
    }
    if made_of(&letters, &COMMON.split_whitespace().collect::<Vec<_>>()) {
        return Err(Weak::Common);
    }
    let (name, display_name) = (fold(name), fold(display_name));
    let mut words: Vec<&str> = name.split(|c: char| !c.is_ascii_alphabetic()).collect();
    words.extend(display_name.split(|c: char| !c.is_ascii_alphabetic()));
    words.retain(|word| !word.is_empty());
    let own = words.clone();
    words.extend(COMMON.split_whitespace());
    let told = own.iter().any(|word| word.len() >= 3 && letters.contains(word));
    if told && made_of(&letters, &words) {
        return Err(Weak::Name);
    }
    Ok(())
}

/// Whether the text is nothing but words of the list, one after the other; also when it is empty (only digits).
fn made_of(text: &str, words: &[&str]) -> bool {
    let mut reached = vec![false; text.len() + 1];
    reached[0] = true;
    for at in 0..text.len() {
        if !reached[at] {
            continue;
        }
        for word in words {
            if !word.is_empty() && text[at..].starts_with(word) {
                reached[at + word.len()] = true;
            }
        }
    }
    reached[text.len()]
}

/// Different characters of a text.
fn distinct(text: &str) -> usize {
    text.chars().collect::<std::collections::BTreeSet<_>>().len()
}

/// Whether each character follows from the one before: `abcdefghijkl`, `987654321098`.
fn steps(text: &str) -> bool {
    let codes: Vec<i64> = text.chars().map(|c| i64::from(u32::from(c))).collect();
    let follows = |by: i64| {
        let kept = codes.windows(2).filter(|pair| pair[1] - pair[0] == by).count();
        kept + 2 >= codes.len()
    };
    follows(1) || follows(-1)
}

/// Lower case without Vietnamese marks; decomposed marks fall away.
fn fold(text: &str) -> String {
    text.to_lowercase().chars().filter(|c| !('\u{300}'..='\u{36f}').contains(c)).map(base).collect()
}

/// The letter beneath its marks.
fn base(letter: char) -> char {
    const LETTERS: [(&str, char); 7] = [
        ("àáảãạăằắẳẵặâầấẩẫậ", 'a'),
        ("èéẻẽẹêềếểễệ", 'e'),
        ("ìíỉĩị", 'i'),
        ("òóỏõọôồốổỗộơờớởỡợ", 'o'),
        ("ùúủũụưừứửữự", 'u'),
        ("ỳýỷỹỵ", 'y'),
        ("đ", 'd'),
    ];
    LETTERS.iter().find(|(marked, _)| marked.contains(letter)).map_or(letter, |(_, plain)| *plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(password: &str) -> Result<(), Weak> {
        judge(password, "ha.ttt", "Trần Thị Thu Hà")
    }

    #[test]
    fn long_words_of_any_kind_are_taken_blanks_and_marks_included() {
        for good in [
            "bốn con trâu gặm cỏ",
            "mat-khau-la-1234",
            "correct horse battery staple",
            "p3kdw-9xq2m-77abz-qq2pl",
            "      khoảng trắng       ",
            "пароль длинный",
            "🐃🌾🌧🏠🐓🌊🚲🎋🐟🍚🌶🥥",
        ] {
            assert_eq!(judged(good), Ok(()), "{good}");
        }
    }

    #[test]
    fn what_everybody_guesses_first_is_refused_whatever_stands_around_it() {
        for weak in [
            "123456789012",
            "aaaaaaaaaaaaa",
            "abcdefghijkl",
            "matkhau123456",
            "Mật khẩu 2024!",
            "quangnam2024!!",
            "Password123456",
            "matkhauquangnam",
            "truyenthanhcoso1",
            "qwertyuiop123",
            "2024-11-25-2025",
        ] {
            assert_eq!(judged(weak), Err(Weak::Common), "{weak}");
        }
        assert_eq!(judge("nguyenvanloi1975", "loi.pv", "Phạm Văn Lợi"), Err(Weak::Name));
        assert_eq!(judged("Trần Thị Thu Hà 1"), Err(Weak::Name));
    }

    #[test]
    fn length_counts_characters_not_bytes() {
        assert_eq!(judged("đđđđêêêêôôô"), Err(Weak::Short));
        assert_eq!(judged(&"đ ê ô ơ ư ă ".repeat(21)), Ok(()));
        assert_eq!(judged(&"đ ê ô ơ ư ă ".repeat(22)), Err(Weak::Long));
    }
}
