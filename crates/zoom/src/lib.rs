//! A Zoom API client: grants, typed endpoints, paging, pacing
