import type { ApiKey } from './api-key.ts'
import type { ApiKeyPage, ApiKeyStore } from './api-key-store.ts'

/** Reads about API keys. Who may ask is decided before. */
export class ApiKeyService {
  readonly #deps: { readonly apiKeys: Pick<ApiKeyStore, 'list'> }

  constructor(deps: { readonly apiKeys: Pick<ApiKeyStore, 'list'> }) {
    this.#deps = deps
  }

  /** A user's keys, ended ones too, newest first. */
  list(userId: string, page: ApiKeyPage): Promise<readonly ApiKey[]> {
    return this.#deps.apiKeys.list(userId, page)
  }
}
