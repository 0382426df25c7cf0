/** Encrypts what may lie in the database but must be useless there (AES-256-GCM with a key from MASTER_KEY). */
export interface Sealer {
  /** `purpose` is bound to the text: what was sealed for one purpose does not open for another. */
  seal(plain: Uint8Array, purpose: string): Uint8Array<ArrayBuffer>
  /** Throws when the text was changed, cut, sealed for another purpose or with another key. */
  open(sealed: Uint8Array, purpose: string): Uint8Array<ArrayBuffer>
}
