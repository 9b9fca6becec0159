// Written by scripts/generate.ts from src/program/kernels.ts. Change the table, not this file.

export const LEAF_ROWS: u32 = 4096;
export const CONTROL_TURNS: usize = 0;
export const CONTROL_BEGIN: usize = 8;
export const CONTROL_END: usize = 12;
export const CONTROL_POSITION: usize = 16;
export const CONTROL_STOP: usize = 20;
export const CURSOR_SCALE: usize = 0;
export const CURSOR_ROWS: usize = 8;
export const CURSOR_BATCH: usize = 12;
export const CURSOR_START: usize = 16;
export const CURSOR_COUNT: usize = 20;
export const CURSOR_ROW: usize = 24;
export const CURSOR_BLOCK: usize = 28;
export const CURSOR_LIMIT: usize = 32;
export const CURSOR_INDEX: usize = 36;
export const RANDOM_SEED_LO: usize = 0;
export const RANDOM_SEED_HI: usize = 4;
export const RANDOM_STREAM: usize = 8;
export const RANDOM_SUBSTREAM: usize = 12;
export const RANDOM_POSITION: usize = 16;
export const RANDOM_DRAWS: usize = 20;
