import { WireFault } from '../../../../src/lab-broker/wire/wire-fault.ts';

/** What a reader answers, or its fault. Any other error is none that a reader may throw, and passes. */
export function faultOf<T>(read: () => T): { readonly value?: T; readonly fault?: WireFault } {
  try {
    return { value: read() };
  } catch (error) {
    if (error instanceof WireFault) return { fault: error };
    throw error;
  }
}
