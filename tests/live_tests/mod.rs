//! What the stand-in is asked, by theme.

mod account;
mod buckets;
mod faults;
mod history;
mod moto;
mod prices;
mod recording;
mod submit;
