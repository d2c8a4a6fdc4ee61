//! `desk.toml`: settings of the bulletin desk.

use super::{Finder, toml_lines};
use crate::center::desk_settings::DeskSettings;

/// Reads the file; every value left out keeps its shipped one.
pub fn read(finder: &mut Finder) -> Option<DeskSettings> {
    let text = finder.read()?;
    let settings: DeskSettings = toml_lines::parse(finder, &text)?;
    let check = &settings.check;
    if check.min_duration_ms >= check.max_duration_ms {
        let (least, most) = (check.min_duration_ms, check.max_duration_ms);
        finder.refuse(
            None,
            format!("min_duration_ms = {least} is not below max_duration_ms = {most}: no file would pass"),
        );
    }
    if !settings.public.address_is_right() {
        let address = &settings.public.address;
        finder.refuse(
            None,
            format!(
                "address = \"{address}\" is none to name pages under: write scheme and host, as https://loa.example"
            ),
        );
    }
    Some(settings)
}
