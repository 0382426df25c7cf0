/** Port to the encryption of database content (AES-256-GCM with a key derived from MASTER_KEY). */
export interface Sealer {
  /** The purpose is authenticated with the content: sealed content opens for the same purpose only. */
  seal(plain: Uint8Array, purpose: string): Uint8Array<ArrayBuffer>
  /** @throws if the content was changed or truncated, or was sealed for another purpose or with another key */
  open(sealed: Uint8Array, purpose: string): Uint8Array<ArrayBuffer>
}
