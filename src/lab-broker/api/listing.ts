import type { Document } from './values.ts';

/** A document that is put together when it is wanted. */
export interface Draft {
  /** The fields by which lists are sorted and searched, if the document has them: what of it costs little. */
  readonly head: () => Document;
  readonly view: () => Document;
}

/**
 * A list of which only that is put together which is asked for. It names what there was when it was asked for; each document says how
 * things stand when it is put together.
 */
export class Listing {
  readonly drafts: readonly Draft[];

  constructor(drafts: readonly Draft[]) {
    this.drafts = drafts;
  }
}

/** A list of documents that cost little altogether. */
export function listingOf(documents: readonly Document[]): Listing {
  return new Listing(documents.map((document) => draftOf(() => document)));
}

/** A document that costs as little as its head. */
export function draftOf(view: () => Document): Draft {
  return { head: view, view };
}
