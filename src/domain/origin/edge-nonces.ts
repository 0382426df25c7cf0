/** Port to the nonces of gateway signatures, shared by all processes. */
export interface EdgeNonces {
  /**
   * Inserts a nonce for that many seconds. Atomic. False if it is already stored: the signature is a replay.
   * @throws if the store does not respond, or has no room for another nonce
   */
  insert(nonce: string, seconds: number): Promise<boolean>
}
