/** The losses of one prediction and one target, by how they are computed; several losses share one. */
export const enum Loss {
  /** (z − y)² */
  SQUARED,
  /** Of the distance |z − y|: absolute, Huber, quantile, ε-insensitive. See distance.ts. */
  RESIDUAL,
  /** Of the distance to a margin, y·z: hinge, squared hinge, modified Huber. See distance.ts. */
  MARGIN,
  /** ln cosh(z − y). See distance.ts. */
  LOG_COSH,
  /** Cross-entropy of a logit. See logistic.ts. */
  BINARY,
  /** Cross-entropy of a probability. See logistic.ts. */
  PROBABILITY,
  /** Focal loss of a logit. See logistic.ts. */
  FOCAL,
  /** e^z − y·z, z = ln μ. See log-link.ts. */
  POISSON,
  /** μ − y·ln μ. See log-link.ts. */
  POISSON_MEAN,
  /** Gamma deviance, z = ln μ. See log-link.ts. */
  GAMMA,
  /** Tweedie deviance, z = ln μ. See log-link.ts. */
  TWEEDIE,
  /** y·(ln y − x), x = ln p. See log-link.ts. */
  KULLBACK_LEIBLER,
}
