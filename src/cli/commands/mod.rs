//! The commands, a file each.

// pub mod bill;
pub mod completions;
pub mod explain;
pub mod man;
mod out_files;
pub mod prices;
pub mod profile;
pub mod recommend;
pub mod schema;
pub mod spec;
