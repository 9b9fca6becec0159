// Written by scripts/generate.ts from src/program/kernels.ts. Change the table, not this file.

import { Draw, draw as draw_, permutation as permutation_, randomWords as randomWords_ } from '../random';
import { Map, map as map_, pow as pow_ } from '../maps';
import { copy as copy_ } from '../blas/level1';
import { moveFour as moveFour_, rootDivide as rootDivide_ } from '../optimizers/limits';
import { peak as peak_, tileOnly as tileOnly_ } from '../blas/peak';
import { readOnly as readOnly_ } from '../blas/measure';
export function copy_f32(op: usize): void {
  copy_<f32>(op);
}
export function copy_f64(op: usize): void {
  copy_<f64>(op);
}
export function readOnly_f32(op: usize): void {
  readOnly_<f32>(op);
}
export function readOnly_f64(op: usize): void {
  readOnly_<f64>(op);
}
export function peak_f32(op: usize): void {
  peak_<f32>(op);
}
export function peak_f64(op: usize): void {
  peak_<f64>(op);
}
export function tileOnly_f32(op: usize): void {
  tileOnly_<f32>(op);
}
export function tileOnly_f64(op: usize): void {
  tileOnly_<f64>(op);
}
export function rootDivide_f32(op: usize): void {
  rootDivide_<f32>(op);
}
export function rootDivide_f64(op: usize): void {
  rootDivide_<f64>(op);
}
export function moveFour_f32(op: usize): void {
  moveFour_<f32>(op);
}
export function moveFour_f64(op: usize): void {
  moveFour_<f64>(op);
}
export function expm1_f32(op: usize): void {
  map_<f32>(op, Map.Expm1);
}
export function expm1_f64(op: usize): void {
  map_<f64>(op, Map.Expm1);
}
export function log_f32(op: usize): void {
  map_<f32>(op, Map.Log);
}
export function log_f64(op: usize): void {
  map_<f64>(op, Map.Log);
}
export function log1p_f32(op: usize): void {
  map_<f32>(op, Map.Log1p);
}
export function log1p_f64(op: usize): void {
  map_<f64>(op, Map.Log1p);
}
export function cos_f32(op: usize): void {
  map_<f32>(op, Map.Cos);
}
export function cos_f64(op: usize): void {
  map_<f64>(op, Map.Cos);
}
export function sin_f32(op: usize): void {
  map_<f32>(op, Map.Sin);
}
export function sin_f64(op: usize): void {
  map_<f64>(op, Map.Sin);
}
export function tanh_f32(op: usize): void {
  map_<f32>(op, Map.Tanh);
}
export function tanh_f64(op: usize): void {
  map_<f64>(op, Map.Tanh);
}
export function softplus_f32(op: usize): void {
  map_<f32>(op, Map.Softplus);
}
export function softplus_f64(op: usize): void {
  map_<f64>(op, Map.Softplus);
}
export function erf_f32(op: usize): void {
  map_<f32>(op, Map.Erf);
}
export function erf_f64(op: usize): void {
  map_<f64>(op, Map.Erf);
}
export function uniform_f32(op: usize): void {
  draw_<f32>(op, Draw.Uniform);
}
export function uniform_f64(op: usize): void {
  draw_<f64>(op, Draw.Uniform);
}
export function normal_f32(op: usize): void {
  draw_<f32>(op, Draw.Normal);
}
export function normal_f64(op: usize): void {
  draw_<f64>(op, Draw.Normal);
}
export function pow_f32(op: usize): void {
  pow_<f32>(op);
}
export function pow_f64(op: usize): void {
  pow_<f64>(op);
}
export function randomWords(op: usize): void {
  randomWords_(op);
}
export function permutation(op: usize): void {
  permutation_(op);
}
