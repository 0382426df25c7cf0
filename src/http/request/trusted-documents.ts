import { RequestRefusal } from './request-refusal.ts'

export interface TrustedDocumentsDeps {
  /** Text by hash; a hash can begin with `sha256:`. */
  readonly documents: ReadonlyMap<string, string>
  /** Whether other documents are refused. */
  readonly only: boolean
}

/** The documents that clients can name by hash; the manifest is generated with the clients. */
export class TrustedDocuments {
  readonly #documents: ReadonlyMap<string, string>
  readonly #only: boolean
  readonly #texts: ReadonlySet<string>

  constructor({ documents, only }: TrustedDocumentsDeps) {
    this.#documents = new Map([...documents].map(([hash, text]) => [bare(hash), text]))
    this.#only = only
    this.#texts = new Set(documents.values())
  }

  /** Whether the manifest contains this text. */
  isTrusted(text: string): boolean {
    return this.#texts.has(text)
  }

  /**
   * The document to execute; null if the request contains neither a document nor a hash.
   * @param unrestricted whether the caller is allowed to send any document: a gateway that signs builds its own
   * @throws RequestRefusal 400 if the document is not trusted
   */
  find(query: string | null, hash: string | null, unrestricted: boolean): string | null {
    const restricted = this.#only && !unrestricted
    if (query !== null && !restricted) return query
    if (hash === null) {
      if (query === null) return null
      throw notFound('Only documents of the manifest are accepted: send the hash of one.')
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
