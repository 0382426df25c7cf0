/** Port to the encryption of files that leave the service, with a passphrase of the operator. */
export interface PassphraseSealer {
  /** Returns one JSON object as text: the parameters of the key derivation and the sealed content. */
  seal(plain: string, passphrase: string): Promise<string>
  /** @throws if the passphrase is wrong, or the file was changed or has another format */
  open(file: string, passphrase: string): Promise<string>
}
