import { RequestRefusal } from './request-refusal.ts'

export interface TrustedDocumentsDeps {
  /** Text by hash; a hash may begin with `sha256:`. */
  readonly documents: ReadonlyMap<string, string>
  /** Whether nothing else is run. */
  readonly only: boolean
}

/** The documents that clients may name by their hash, as they were generated with the clients. */
export class TrustedDocuments {
  readonly #documents: ReadonlyMap<string, string>
  readonly #only: boolean

  constructor({ documents, only }: TrustedDocumentsDeps) {
    this.#documents = new Map([...documents].map(([hash, text]) => [bare(hash), text]))
    this.#only = only
  }

  /**
   * The document that a request asks for; null where it names and brings none.
   * @param free whether the caller may bring any document: a gateway that signs writes its own
   * @throws RequestRefusal 400 for one that is not to be run
   */
  find(query: string | null, hash: string | null, free: boolean): string | null {
    const restricted = this.#only && !free
    if (query !== null && !restricted) return query
    if (hash === null) {
      if (query === null) return null
      throw notFound('Only documents of the manifest are run: send the hash of one.')
    }
    const found = this.#documents.get(bare(hash))
    if (found === undefined) throw notFound('No document of the manifest has this hash.')
    return found
  }
}

function bare(hash: string): string {
  return hash.replace(/^sha256:/, '')
}

function notFound(message: string): RequestRefusal {
  return new RequestRefusal(400, 'PERSISTED_QUERY_NOT_FOUND', message)
}
