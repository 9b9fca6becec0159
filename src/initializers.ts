/** How parameters begin. */
import type { Spec } from './spec.ts';

export interface InitializerSpec extends Spec {}
