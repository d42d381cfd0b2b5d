//! For tests only: server, simulator and temporary databases on both engines, browser
