/** Encrypts a file that leaves the service, with a passphrase of the operator. */
export interface PassphraseSealer {
  /** Text of one JSON object: how the key was derived, and the sealed content. */
  seal(plain: string, passphrase: string): Promise<string>
  /** @throws when the passphrase is another one, or the file was changed or is none of ours */
  open(file: string, passphrase: string): Promise<string>
}
