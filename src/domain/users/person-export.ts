import type { JsonObject } from '../../lib/json.ts'

/** Everything that is stored about a person, for the person (GDPR, article 15). Holds no hash, digest or secret. */
export interface PersonExport {
  /** Null when there is no such account. */
  collect(userId: string): Promise<JsonObject | null>
}
