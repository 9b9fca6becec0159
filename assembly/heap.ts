/** Where memory is free: everything below holds the module's own tables. */
export function heapBase(): usize {
  return __heap_base;
}
