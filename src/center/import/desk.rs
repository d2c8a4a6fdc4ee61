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
    Some(settings)
}
