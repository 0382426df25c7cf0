/** A record of an export, as parsed from JSON. */
export type ExportRecord = Readonly<Record<string, unknown>>

/** The account that a record of another system describes. */
export interface ConvertedRecord {
  /** The fields of a row of an import; undefined fields are absent. */
  readonly row: Readonly<Record<string, unknown>>
  /** What the record has and no row can have, such as `second factors`. */
  readonly leftOut: readonly string[]
}

/** Options of a conversion. */
export interface ConversionOptions {
  /** The names of roles are taken. A row with a role that does not exist is refused. */
  readonly withRoles: boolean
  /** The parameters of the scrypt hashes of a Firebase project; null: not given. */
  readonly firebase: FirebaseParameters | null
  readonly now: Date
}

export interface FirebaseParameters {
  readonly signerKey: Uint8Array
  readonly saltSeparator: Uint8Array
  /** r of scrypt. */
  readonly rounds: number
  /** Base-2 logarithm of N. */
  readonly memCost: number
}

/**
 * Converts one record.
 * @throws InvalidInputProblem if the account could not sign in with the password it has, or its state cannot be read
 */
export type Convert = (record: ExportRecord, options: ConversionOptions) => ConvertedRecord

/** A format of exported accounts. */
export interface ImportFormat {
  /** One object a line; or one JSON document: an array, or an object with the array `users`. */
  readonly layout: 'lines' | 'document'
  /** Null: the records are rows. */
  readonly convert: Convert | null
}
