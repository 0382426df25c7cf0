/** Remembers what was used once, for every process that shares it. */
export interface EdgeNonces {
  /**
   * Atomically: true when nobody has inserted this one within the last so many seconds. @throws when that cannot be
   * known now, or when there is no room to remember it.
   */
  insert(nonce: string, seconds: number): Promise<boolean>
}
