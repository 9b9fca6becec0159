export function expScalar(x: f64): f64 { return Math.exp(x); }
export function powScalar(x: f64, y: f64): f64 { return Math.pow(x, y); }
export function logScalar(x: f64): f64 { return Math.log(x); }
