/** The source's batches until the signal is aborted: a source that waits for a terminal or a pipe must not outlive an interruption. */
export async function* interruptible<T>(source: AsyncIterable<T> | Iterable<T>, signal: AbortSignal): AsyncIterable<T> {
  const iterator = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  while (!signal.aborted) {
    const next = await nextUnlessAborted(iterator, signal);
    if (next === undefined || next.done) return;
    yield next.value;
  }
}

/** Not by Promise.race: what is raced against a promise that stays open is never let go of. */
function nextUnlessAborted<T>(iterator: AsyncIterator<T> | Iterator<T>, signal: AbortSignal): Promise<IteratorResult<T> | undefined> {
  return new Promise((resolve, reject) => {
    const onAbort = () => resolve(undefined);
    signal.addEventListener('abort', onAbort, { once: true });
    Promise.resolve(iterator.next())
      .finally(() => signal.removeEventListener('abort', onAbort))
      .then(resolve, reject);
  });
}
