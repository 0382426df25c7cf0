import type { AuthClient } from './auth-client.ts'
import type { hookOperations } from './hook-operations.ts'
import { GatehouseUnavailable, unavailableFrom } from './unavailable.ts'

/** The value of the only root field of an operation. @throws GatehouseUnavailable if there is none */
export async function askOperation<T>(
  client: AuthClient,
  name: keyof typeof hookOperations,
  variables: object,
): Promise<T> {
  const { hookOperations: operations } = await import('./hook-operations.ts').catch((cause: unknown) => {
    throw new GatehouseUnavailable('NETWORK', { cause })
  })
  const answer = await client.request<{ readonly result?: T | null }>(operations[name], variables)
  const result = answer.data?.result
  if (!result) throw unavailableFrom(answer)
  return result
}
