// Written by scripts/generate.ts from src/program/kernels.ts. Change the table, not this file.

import { Act, Element, elements as elements_ } from '../penalties/elements';
import { Adam, adam as adam_ } from '../optimizers/adam';
import { Average, average as average_ } from '../around/average';
import { Free, scheduleFree as scheduleFree_ } from '../optimizers/schedule-free';
import { Given, logProbabilities as logProbabilities_, scoring as scoring_ } from '../metrics/probabilities';
import { Group, groups as groups_ } from '../penalties/groups';
import { Loss, elementwise as elementwise_ } from '../losses/elementwise';
import { Map, map as map_ } from '../maps';
import { Momentum, sgd as sgd_ } from '../optimizers/sgd';
import { Pool, pool as pool_ } from '../layers/pooling';
import { Power, ftrl as ftrl_ } from '../optimizers/ftrl';
import { Source, loadRows as loadRows_, moments as moments_ } from '../blas/load';
import { Vectors, vectors as vectors_ } from '../losses/vectors';
import { Way, column as column_, toPredictions as toPredictions_ } from '../layers/column';
import { activation as activation_, activationSlope as activationSlope_, softmaxForward as softmaxForward_, softmaxSlope as softmaxSlope_ } from '../layers/activation';
import { adEMAMix as adEMAMix_ } from '../optimizers/ad-ema-mix';
import { adadelta as adadelta_, scaled as scaled_ } from '../optimizers/adagrad';
import { adafactor as adafactor_ } from '../optimizers/adafactor';
import { adan as adan_ } from '../optimizers/adan';
import { argmax as argmax_, tally as tally_, topK as topK_, widen as widen_ } from '../metrics/classes';
import { asgd as asgd_ } from '../optimizers/asgd';
import { augment as augment_ } from '../augment';
import { batchNorm as batchNorm_, batchNormBack as batchNormBack_, batchSums as batchSums_ } from '../layers/batch-norm';
import { beginBatch as beginBatch_, check as check_, jump as jump_, nextBlock as nextBlock_, record as record_, shuffle as shuffle_, snapshot as snapshot_ } from '../flow';
import { classes as classes_ } from '../losses/classes';
import { clean as clean_ } from '../optimizers/clean';
import { clipNorm as clipNorm_, clipValue as clipValue_, norm as norm_ } from '../around/clip';
import { convolution as convolution_, convolutionInputs as convolutionInputs_, convolutionWeights as convolutionWeights_ } from '../layers/convolution';
import { curve as curve_, radix as radix_, scores as scores_ } from '../metrics/ranking';
import { dense as dense_, denseInputs as denseInputs_, denseWeights as denseWeights_ } from '../layers/dense';
import { dropout as dropout_ } from '../layers/dropout';
import { eachRow as eachRow_ } from '../touched';
import { embedding as embedding_, embeddingBack as embeddingBack_ } from '../layers/embedding';
import { gatherRows as gatherRows_ } from '../blas/gather';
import { gaussian as gaussian_ } from '../losses/gaussian';
import { gradient as gradient_, margin as margin_ } from '../blas/linear';
import { guard as guard_ } from '../optimizers/guard';
import { lamb as lamb_ } from '../optimizers/lamb';
import { lars as lars_ } from '../optimizers/lars';
import { layerNorm as layerNorm_, layerNormBack as layerNormBack_ } from '../layers/layer-norm';
import { leaf as leaf_ } from '../blas/tree';
import { lineSearch as lineSearch_ } from '../optimizers/line-search';
import { lion as lion_ } from '../optimizers/lion';
import { measure as measure_ } from '../blas/measure';
import { move as move_, samAscend as samAscend_ } from '../around/sam';
import { muon as muon_ } from '../optimizers/muon';
import { plus as plus_, repack as repack_ } from '../layers/branch';
import { prodigy as prodigy_, prodigyMeasure as prodigyMeasure_ } from '../optimizers/prodigy';
import { product as product_ } from '../blas/product';
import { rate as rate_, rates as rates_ } from '../schedules';
import { residuals as residuals_ } from '../metrics/residuals';
import { rprop as rprop_ } from '../optimizers/rprop';
import { signSgd as signSgd_ } from '../optimizers/sign';
import { softmax as softmax_ } from '../losses/softmax';
export function nextBlock(control: usize, op: usize): usize {
  return nextBlock_(control, op);
}
export function jump(control: usize, op: usize): usize {
  return jump_(control, op);
}
export function check(control: usize, op: usize): usize {
  return check_(control, op);
}
export function record(control: usize, op: usize): usize {
  return record_(control, op);
}
export function shuffle(control: usize, op: usize): usize {
  return shuffle_(control, op);
}
export function eachRow(control: usize, op: usize): usize {
  return eachRow_(control, op);
}
export function guard_f32(control: usize, op: usize): usize {
  return guard_<f32>(control, op);
}
export function guard_f64(control: usize, op: usize): usize {
  return guard_<f64>(control, op);
}
export function lineSearch_f32(control: usize, op: usize): usize {
  return lineSearch_<f32>(control, op);
}
export function lineSearch_f64(control: usize, op: usize): usize {
  return lineSearch_<f64>(control, op);
}
export function snapshot(op: usize): void {
  snapshot_(op);
}
export function beginBatch(op: usize): void {
  beginBatch_(op);
}
export function gatherRows(op: usize): void {
  gatherRows_(op);
}
export function augment_f32(op: usize): void {
  augment_<f32>(op);
}
export function augment_f64(op: usize): void {
  augment_<f64>(op);
}
export function margin_f32(op: usize): void {
  margin_<f32>(op);
}
export function margin_f64(op: usize): void {
  margin_<f64>(op);
}
export function gradient_f32(op: usize): void {
  gradient_<f32>(op);
}
export function gradient_f64(op: usize): void {
  gradient_<f64>(op);
}
export function product1_f32(op: usize): void {
  product_<f32>(op, 1);
}
export function product1_f64(op: usize): void {
  product_<f64>(op, 1);
}
export function product2_f32(op: usize): void {
  product_<f32>(op, 2);
}
export function product2_f64(op: usize): void {
  product_<f64>(op, 2);
}
export function product3_f32(op: usize): void {
  product_<f32>(op, 3);
}
export function product3_f64(op: usize): void {
  product_<f64>(op, 3);
}
export function product4_f32(op: usize): void {
  product_<f32>(op, 4);
}
export function product4_f64(op: usize): void {
  product_<f64>(op, 4);
}
export function dense_f32(op: usize): void {
  dense_<f32>(op);
}
export function dense_f64(op: usize): void {
  dense_<f64>(op);
}
export function denseWeights_f32(op: usize): void {
  denseWeights_<f32>(op);
}
export function denseWeights_f64(op: usize): void {
  denseWeights_<f64>(op);
}
export function denseInputs_f32(op: usize): void {
  denseInputs_<f32>(op);
}
export function denseInputs_f64(op: usize): void {
  denseInputs_<f64>(op);
}
export function toColumn_f32(op: usize): void {
  column_<f32>(op, Way.TO_COLUMN);
}
export function toColumn_f64(op: usize): void {
  column_<f64>(op, Way.TO_COLUMN);
}
export function toRows_f32(op: usize): void {
  column_<f32>(op, Way.TO_ROWS);
}
export function toRows_f64(op: usize): void {
  column_<f64>(op, Way.TO_ROWS);
}
export function toPredictions(op: usize): void {
  toPredictions_(op);
}
export function activation_f32(op: usize): void {
  activation_<f32>(op);
}
export function activation_f64(op: usize): void {
  activation_<f64>(op);
}
export function activationSlope_f32(op: usize): void {
  activationSlope_<f32>(op);
}
export function activationSlope_f64(op: usize): void {
  activationSlope_<f64>(op);
}
export function softmaxForward_f32(op: usize): void {
  softmaxForward_<f32>(op);
}
export function softmaxForward_f64(op: usize): void {
  softmaxForward_<f64>(op);
}
export function softmaxSlope_f32(op: usize): void {
  softmaxSlope_<f32>(op);
}
export function softmaxSlope_f64(op: usize): void {
  softmaxSlope_<f64>(op);
}
export function convolution_f32(op: usize): void {
  convolution_<f32>(op);
}
export function convolution_f64(op: usize): void {
  convolution_<f64>(op);
}
export function convolutionWeights_f32(op: usize): void {
  convolutionWeights_<f32>(op);
}
export function convolutionWeights_f64(op: usize): void {
  convolutionWeights_<f64>(op);
}
export function convolutionInputs_f32(op: usize): void {
  convolutionInputs_<f32>(op);
}
export function convolutionInputs_f64(op: usize): void {
  convolutionInputs_<f64>(op);
}
export function maxPool_f32(op: usize): void {
  pool_<f32>(op, Pool.MAX);
}
export function maxPool_f64(op: usize): void {
  pool_<f64>(op, Pool.MAX);
}
export function maxPoolBack_f32(op: usize): void {
  pool_<f32>(op, Pool.MAX_BACK);
}
export function maxPoolBack_f64(op: usize): void {
  pool_<f64>(op, Pool.MAX_BACK);
}
export function averagePool_f32(op: usize): void {
  pool_<f32>(op, Pool.AVERAGE);
}
export function averagePool_f64(op: usize): void {
  pool_<f64>(op, Pool.AVERAGE);
}
export function averagePoolBack_f32(op: usize): void {
  pool_<f32>(op, Pool.AVERAGE_BACK);
}
export function averagePoolBack_f64(op: usize): void {
  pool_<f64>(op, Pool.AVERAGE_BACK);
}
export function batchSums_f32(op: usize): void {
  batchSums_<f32>(op);
}
export function batchSums_f64(op: usize): void {
  batchSums_<f64>(op);
}
export function batchNorm_f32(op: usize): void {
  batchNorm_<f32>(op);
}
export function batchNorm_f64(op: usize): void {
  batchNorm_<f64>(op);
}
export function batchNormBack_f32(op: usize): void {
  batchNormBack_<f32>(op);
}
export function batchNormBack_f64(op: usize): void {
  batchNormBack_<f64>(op);
}
export function layerNorm_f32(op: usize): void {
  layerNorm_<f32>(op);
}
export function layerNorm_f64(op: usize): void {
  layerNorm_<f64>(op);
}
export function layerNormBack_f32(op: usize): void {
  layerNormBack_<f32>(op);
}
export function layerNormBack_f64(op: usize): void {
  layerNormBack_<f64>(op);
}
export function dropout_f32(op: usize): void {
  dropout_<f32>(op);
}
export function dropout_f64(op: usize): void {
  dropout_<f64>(op);
}
export function embedding_f32(op: usize): void {
  embedding_<f32>(op);
}
export function embedding_f64(op: usize): void {
  embedding_<f64>(op);
}
export function embeddingBack_f32(op: usize): void {
  embeddingBack_<f32>(op);
}
export function embeddingBack_f64(op: usize): void {
  embeddingBack_<f64>(op);
}
export function repack(op: usize): void {
  repack_(op);
}
export function plus_f32(op: usize): void {
  plus_<f32>(op);
}
export function plus_f64(op: usize): void {
  plus_<f64>(op);
}
export function leaf_f32(op: usize): void {
  leaf_<f32>(op);
}
export function leaf_f64(op: usize): void {
  leaf_<f64>(op);
}
export function measure_f32(op: usize): void {
  measure_<f32>(op);
}
export function measure_f64(op: usize): void {
  measure_<f64>(op);
}
export function clean(op: usize): void {
  clean_(op);
}
export function meanSquaredError_f32(op: usize): void {
  elementwise_<f32>(op, Loss.SQUARED);
}
export function meanSquaredError_f64(op: usize): void {
  elementwise_<f64>(op, Loss.SQUARED);
}
export function residual_f32(op: usize): void {
  elementwise_<f32>(op, Loss.RESIDUAL);
}
export function residual_f64(op: usize): void {
  elementwise_<f64>(op, Loss.RESIDUAL);
}
export function logCosh_f32(op: usize): void {
  elementwise_<f32>(op, Loss.LOG_COSH);
}
export function logCosh_f64(op: usize): void {
  elementwise_<f64>(op, Loss.LOG_COSH);
}
export function hinge_f32(op: usize): void {
  elementwise_<f32>(op, Loss.MARGIN);
}
export function hinge_f64(op: usize): void {
  elementwise_<f64>(op, Loss.MARGIN);
}
export function binaryFromProbabilities_f32(op: usize): void {
  elementwise_<f32>(op, Loss.PROBABILITY);
}
export function binaryFromProbabilities_f64(op: usize): void {
  elementwise_<f64>(op, Loss.PROBABILITY);
}
export function binaryCrossEntropy_f32(op: usize): void {
  elementwise_<f32>(op, Loss.BINARY);
}
export function binaryCrossEntropy_f64(op: usize): void {
  elementwise_<f64>(op, Loss.BINARY);
}
export function focal_f32(op: usize): void {
  elementwise_<f32>(op, Loss.FOCAL);
}
export function focal_f64(op: usize): void {
  elementwise_<f64>(op, Loss.FOCAL);
}
export function poisson_f32(op: usize): void {
  elementwise_<f32>(op, Loss.POISSON);
}
export function poisson_f64(op: usize): void {
  elementwise_<f64>(op, Loss.POISSON);
}
export function poissonMean_f32(op: usize): void {
  elementwise_<f32>(op, Loss.POISSON_MEAN);
}
export function poissonMean_f64(op: usize): void {
  elementwise_<f64>(op, Loss.POISSON_MEAN);
}
export function gammaDeviance_f32(op: usize): void {
  elementwise_<f32>(op, Loss.GAMMA);
}
export function gammaDeviance_f64(op: usize): void {
  elementwise_<f64>(op, Loss.GAMMA);
}
export function tweedieDeviance_f32(op: usize): void {
  elementwise_<f32>(op, Loss.TWEEDIE);
}
export function tweedieDeviance_f64(op: usize): void {
  elementwise_<f64>(op, Loss.TWEEDIE);
}
export function kullbackLeibler_f32(op: usize): void {
  elementwise_<f32>(op, Loss.KULLBACK_LEIBLER);
}
export function kullbackLeibler_f64(op: usize): void {
  elementwise_<f64>(op, Loss.KULLBACK_LEIBLER);
}
export function softmax_f32(op: usize): void {
  softmax_<f32>(op);
}
export function softmax_f64(op: usize): void {
  softmax_<f64>(op);
}
export function classes_f32(op: usize): void {
  classes_<f32>(op);
}
export function classes_f64(op: usize): void {
  classes_<f64>(op);
}
export function gaussian_f32(op: usize): void {
  gaussian_<f32>(op);
}
export function gaussian_f64(op: usize): void {
  gaussian_<f64>(op);
}
export function cosine_f32(op: usize): void {
  vectors_<f32>(op, Vectors.COSINE);
}
export function cosine_f64(op: usize): void {
  vectors_<f64>(op, Vectors.COSINE);
}
export function triplet_f32(op: usize): void {
  vectors_<f32>(op, Vectors.TRIPLET);
}
export function triplet_f64(op: usize): void {
  vectors_<f64>(op, Vectors.TRIPLET);
}
export function absoluteValue_f32(op: usize): void {
  elements_<f32>(op, Act.VALUE, Element.ABSOLUTE);
}
export function absoluteValue_f64(op: usize): void {
  elements_<f64>(op, Act.VALUE, Element.ABSOLUTE);
}
export function absoluteProximal_f32(op: usize): void {
  elements_<f32>(op, Act.PROXIMAL, Element.ABSOLUTE);
}
export function absoluteProximal_f64(op: usize): void {
  elements_<f64>(op, Act.PROXIMAL, Element.ABSOLUTE);
}
export function absoluteSlope_f32(op: usize): void {
  elements_<f32>(op, Act.SLOPE, Element.ABSOLUTE);
}
export function absoluteSlope_f64(op: usize): void {
  elements_<f64>(op, Act.SLOPE, Element.ABSOLUTE);
}
export function boundsProximal_f32(op: usize): void {
  elements_<f32>(op, Act.PROXIMAL, Element.BOUNDS);
}
export function boundsProximal_f64(op: usize): void {
  elements_<f64>(op, Act.PROXIMAL, Element.BOUNDS);
}
export function boundsSlope_f32(op: usize): void {
  elements_<f32>(op, Act.SLOPE, Element.BOUNDS);
}
export function boundsSlope_f64(op: usize): void {
  elements_<f64>(op, Act.SLOPE, Element.BOUNDS);
}
export function groupNormValue_f32(op: usize): void {
  groups_<f32>(op, Act.VALUE, Group.LASSO);
}
export function groupNormValue_f64(op: usize): void {
  groups_<f64>(op, Act.VALUE, Group.LASSO);
}
export function groupNormProximal_f32(op: usize): void {
  groups_<f32>(op, Act.PROXIMAL, Group.LASSO);
}
export function groupNormProximal_f64(op: usize): void {
  groups_<f64>(op, Act.PROXIMAL, Group.LASSO);
}
export function groupNormSlope_f32(op: usize): void {
  groups_<f32>(op, Act.SLOPE, Group.LASSO);
}
export function groupNormSlope_f64(op: usize): void {
  groups_<f64>(op, Act.SLOPE, Group.LASSO);
}
export function squareValue_f32(op: usize): void {
  elements_<f32>(op, Act.VALUE, Element.SQUARE);
}
export function squareValue_f64(op: usize): void {
  elements_<f64>(op, Act.VALUE, Element.SQUARE);
}
export function squareProximal_f32(op: usize): void {
  elements_<f32>(op, Act.PROXIMAL, Element.SQUARE);
}
export function squareProximal_f64(op: usize): void {
  elements_<f64>(op, Act.PROXIMAL, Element.SQUARE);
}
export function squareSlope_f32(op: usize): void {
  elements_<f32>(op, Act.SLOPE, Element.SQUARE);
}
export function squareSlope_f64(op: usize): void {
  elements_<f64>(op, Act.SLOPE, Element.SQUARE);
}
export function maximumNormProximal_f32(op: usize): void {
  groups_<f32>(op, Act.PROXIMAL, Group.MAXIMUM);
}
export function maximumNormProximal_f64(op: usize): void {
  groups_<f64>(op, Act.PROXIMAL, Group.MAXIMUM);
}
export function maximumNormSlope_f32(op: usize): void {
  groups_<f32>(op, Act.SLOPE, Group.MAXIMUM);
}
export function maximumNormSlope_f64(op: usize): void {
  groups_<f64>(op, Act.SLOPE, Group.MAXIMUM);
}
export function rate(op: usize): void {
  rate_(op);
}
export function rates(op: usize): void {
  rates_(op);
}
export function prodigyMeasure_f32(op: usize): void {
  prodigyMeasure_<f32>(op);
}
export function prodigyMeasure_f64(op: usize): void {
  prodigyMeasure_<f64>(op);
}
export function plainDescent_f32(op: usize): void {
  sgd_<f32>(op, Momentum.NONE);
}
export function plainDescent_f64(op: usize): void {
  sgd_<f64>(op, Momentum.NONE);
}
export function nesterov_f32(op: usize): void {
  sgd_<f32>(op, Momentum.NESTEROV);
}
export function nesterov_f64(op: usize): void {
  sgd_<f64>(op, Momentum.NESTEROV);
}
export function heavyBall_f32(op: usize): void {
  sgd_<f32>(op, Momentum.HEAVY_BALL);
}
export function heavyBall_f64(op: usize): void {
  sgd_<f64>(op, Momentum.HEAVY_BALL);
}
export function signSgd_f32(op: usize): void {
  signSgd_<f32>(op);
}
export function signSgd_f64(op: usize): void {
  signSgd_<f64>(op);
}
export function lars_f32(op: usize): void {
  lars_<f32>(op);
}
export function lars_f64(op: usize): void {
  lars_<f64>(op);
}
export function rprop_f32(op: usize): void {
  rprop_<f32>(op);
}
export function rprop_f64(op: usize): void {
  rprop_<f64>(op);
}
export function asgd_f32(op: usize): void {
  asgd_<f32>(op);
}
export function asgd_f64(op: usize): void {
  asgd_<f64>(op);
}
export function scaled_f32(op: usize): void {
  scaled_<f32>(op);
}
export function scaled_f64(op: usize): void {
  scaled_<f64>(op);
}
export function adadelta_f32(op: usize): void {
  adadelta_<f32>(op);
}
export function adadelta_f64(op: usize): void {
  adadelta_<f64>(op);
}
export function ftrl_f32(op: usize): void {
  ftrl_<f32>(op, Power.ROOT);
}
export function ftrl_f64(op: usize): void {
  ftrl_<f64>(op, Power.ROOT);
}
export function ftrlPower_f32(op: usize): void {
  ftrl_<f32>(op, Power.GENERAL);
}
export function ftrlPower_f64(op: usize): void {
  ftrl_<f64>(op, Power.GENERAL);
}
export function adafactor_f32(op: usize): void {
  adafactor_<f32>(op);
}
export function adafactor_f64(op: usize): void {
  adafactor_<f64>(op);
}
export function amsgrad_f32(op: usize): void {
  adam_<f32>(op, Adam.AMSGRAD);
}
export function amsgrad_f64(op: usize): void {
  adam_<f64>(op, Adam.AMSGRAD);
}
export function adam_f32(op: usize): void {
  adam_<f32>(op, Adam.ADAM);
}
export function adam_f64(op: usize): void {
  adam_<f64>(op, Adam.ADAM);
}
export function amsgradW_f32(op: usize): void {
  adam_<f32>(op, Adam.AMSGRAD);
}
export function amsgradW_f64(op: usize): void {
  adam_<f64>(op, Adam.AMSGRAD);
}
export function adamW_f32(op: usize): void {
  adam_<f32>(op, Adam.ADAM);
}
export function adamW_f64(op: usize): void {
  adam_<f64>(op, Adam.ADAM);
}
export function adamax_f32(op: usize): void {
  adam_<f32>(op, Adam.ADAMAX);
}
export function adamax_f64(op: usize): void {
  adam_<f64>(op, Adam.ADAMAX);
}
export function nadam_f32(op: usize): void {
  adam_<f32>(op, Adam.NADAM);
}
export function nadam_f64(op: usize): void {
  adam_<f64>(op, Adam.NADAM);
}
export function radam_f32(op: usize): void {
  adam_<f32>(op, Adam.RADAM);
}
export function radam_f64(op: usize): void {
  adam_<f64>(op, Adam.RADAM);
}
export function adaBelief_f32(op: usize): void {
  adam_<f32>(op, Adam.ADA_BELIEF);
}
export function adaBelief_f64(op: usize): void {
  adam_<f64>(op, Adam.ADA_BELIEF);
}
export function yogi_f32(op: usize): void {
  adam_<f32>(op, Adam.YOGI);
}
export function yogi_f64(op: usize): void {
  adam_<f64>(op, Adam.YOGI);
}
export function lion_f32(op: usize): void {
  lion_<f32>(op);
}
export function lion_f64(op: usize): void {
  lion_<f64>(op);
}
export function adan_f32(op: usize): void {
  adan_<f32>(op);
}
export function adan_f64(op: usize): void {
  adan_<f64>(op);
}
export function adEMAMix_f32(op: usize): void {
  adEMAMix_<f32>(op);
}
export function adEMAMix_f64(op: usize): void {
  adEMAMix_<f64>(op);
}
export function lamb_f32(op: usize): void {
  lamb_<f32>(op);
}
export function lamb_f64(op: usize): void {
  lamb_<f64>(op);
}
export function muon_f32(op: usize): void {
  muon_<f32>(op);
}
export function muon_f64(op: usize): void {
  muon_<f64>(op);
}
export function scheduleFreeSgd_f32(op: usize): void {
  scheduleFree_<f32>(op, Free.SGD);
}
export function scheduleFreeSgd_f64(op: usize): void {
  scheduleFree_<f64>(op, Free.SGD);
}
export function scheduleFreeAdamW_f32(op: usize): void {
  scheduleFree_<f32>(op, Free.ADAM);
}
export function scheduleFreeAdamW_f64(op: usize): void {
  scheduleFree_<f64>(op, Free.ADAM);
}
export function prodigy_f32(op: usize): void {
  prodigy_<f32>(op);
}
export function prodigy_f64(op: usize): void {
  prodigy_<f64>(op);
}
export function norm_f32(op: usize): void {
  norm_<f32>(op);
}
export function norm_f64(op: usize): void {
  norm_<f64>(op);
}
export function clipValue_f32(op: usize): void {
  clipValue_<f32>(op);
}
export function clipValue_f64(op: usize): void {
  clipValue_<f64>(op);
}
export function clipNorm_f32(op: usize): void {
  clipNorm_<f32>(op);
}
export function clipNorm_f64(op: usize): void {
  clipNorm_<f64>(op);
}
export function ema_f32(op: usize): void {
  average_<f32>(op, Average.EMA);
}
export function ema_f64(op: usize): void {
  average_<f64>(op, Average.EMA);
}
export function swa_f32(op: usize): void {
  average_<f32>(op, Average.SWA);
}
export function swa_f64(op: usize): void {
  average_<f64>(op, Average.SWA);
}
export function lookahead_f32(op: usize): void {
  average_<f32>(op, Average.LOOKAHEAD);
}
export function lookahead_f64(op: usize): void {
  average_<f64>(op, Average.LOOKAHEAD);
}
export function samAscend_f32(op: usize): void {
  samAscend_<f32>(op);
}
export function samAscend_f64(op: usize): void {
  samAscend_<f64>(op);
}
export function move(op: usize): void {
  move_(op);
}
export function loadF32_f32(op: usize): void {
  loadRows_<f32>(op, Source.F32);
}
export function loadF32_f64(op: usize): void {
  loadRows_<f64>(op, Source.F32);
}
export function loadF64_f32(op: usize): void {
  loadRows_<f32>(op, Source.F64);
}
export function loadF64_f64(op: usize): void {
  loadRows_<f64>(op, Source.F64);
}
export function momentsF32(op: usize): void {
  moments_(op, Source.F32);
}
export function momentsF64(op: usize): void {
  moments_(op, Source.F64);
}
export function exp_f32(op: usize): void {
  map_<f32>(op, Map.Exp);
}
export function exp_f64(op: usize): void {
  map_<f64>(op, Map.Exp);
}
export function sigmoid_f32(op: usize): void {
  map_<f32>(op, Map.Sigmoid);
}
export function sigmoid_f64(op: usize): void {
  map_<f64>(op, Map.Sigmoid);
}
export function widen_f32(op: usize): void {
  widen_<f32>(op);
}
export function widen_f64(op: usize): void {
  widen_<f64>(op);
}
export function argmax(op: usize): void {
  argmax_(op);
}
export function tally(op: usize): void {
  tally_(op);
}
export function topK(op: usize): void {
  topK_(op);
}
export function ofLogits(op: usize): void {
  logProbabilities_(op, Given.LOGITS);
}
export function ofProbabilities(op: usize): void {
  logProbabilities_(op, Given.PROBABILITIES);
}
export function scoring(op: usize): void {
  scoring_(op);
}
export function scores_f32(op: usize): void {
  scores_<f32>(op);
}
export function scores_f64(op: usize): void {
  scores_<f64>(op);
}
export function radix_f32(op: usize): void {
  radix_<f32>(op);
}
export function radix_f64(op: usize): void {
  radix_<f64>(op);
}
export function curve_f32(op: usize): void {
  curve_<f32>(op);
}
export function curve_f64(op: usize): void {
  curve_<f64>(op);
}
export function residuals(op: usize): void {
  residuals_(op);
}
