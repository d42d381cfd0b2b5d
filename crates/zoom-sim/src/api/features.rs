//! The features of a meeting: the 37 members of `feature_used`.

use crate::company::habits::Meeting;
use crate::dice::Dice;
use serde::Serialize;

/// Each feature with the number of meetings, of ten thousand, in which it is used.
#[rustfmt::skip]
pub(super) const FEATURES: [(&str, u64); 37] = [
    ("screen_sharing", 7200), ("video_on", 8800), ("remote_control", 300),
    ("closed_caption", 900), ("breakout_room", 500), ("language_interpretation", 60),
    ("telephone_usage", 700), ("in_meeting_chat", 6100), ("poll", 350), ("join_by_room", 1500),
    ("waiting_room", 3000), ("live_transcription", 1200), ("reaction", 5200), ("zoom_apps", 400),
    ("annotation", 700), ("raise_hand", 2100), ("virtual_background", 5800), ("whiteboard", 450),
    ("immersive_scene", 30), ("avatar", 40), ("switch_to_mobile", 300), ("file_sharing", 800),
    ("meeting_summary", 1900), ("meeting_questions", 600), ("record_to_computer", 400),
    ("record_to_cloud", 0), ("live_translation", 80), ("registration", 250),
    ("smart_recording", 150), ("multi_speaker", 500), ("meeting_wallpaper", 30),
    ("gen_ai_virtual_background", 70), ("multi_share", 200), ("document_collaboration", 300),
    ("portrait_lighting", 900), ("personalized_audio_isolation", 350), ("color_themes", 120),
];

/// The features used in a meeting. Those that need a licence come from the meeting, the others are
/// drawn at random when the row is written.
pub(super) struct Features(pub(super) Dice, pub(super) Meeting);

impl Features {
    pub(super) fn used(&self) -> impl Iterator<Item = (&'static str, bool)> {
        let (mut dice, meeting) = (self.0.clone(), self.1);
        FEATURES.iter().map(move |(name, chance)| {
            let drawn = dice.chance(*chance);
            let used = match *name {
                "record_to_cloud" => meeting.cloud,
                "poll" => meeting.poll,
                "registration" => meeting.registration,
                _ => drawn,
            };
            (*name, used)
        })
    }
}

impl Serialize for Features {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap as _;
        let mut map = to.serialize_map(Some(FEATURES.len()))?;
        for (name, used) in self.used() {
            map.serialize_entry(name, &used)?;
        }
        map.end()
    }
}
