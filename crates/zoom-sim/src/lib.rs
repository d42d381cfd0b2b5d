//! A Zoom to run against: OAuth, REST, people with habits
