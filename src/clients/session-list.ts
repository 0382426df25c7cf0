'use client'

import { useCallback, useEffect, useState } from 'react'
import { askOperation } from './ask-operation.ts'
import type { AuthClient } from './auth-client.ts'
import type { SessionFieldsFragment } from './generated/graphql.ts'
import { sessionIdOf } from './session-state.ts'
import { type GatehouseUnavailable, unavailableFrom } from './unavailable.ts'

/** A session of the signed-in user: the fields of `sessions` in `gatehouse-client/documents`. */
export type ListedSession = SessionFieldsFragment

/** A refusal that can be shown: a code of docs/errors.md, and its message in English. */
export interface SessionProblem {
  readonly code: string
  readonly message: string
}

/** What `useSessions` returns. */
export interface Sessions {
  /** The pages that have been loaded, the most recent sessions first; null while the first one is loading. */
  readonly sessions: readonly ListedSession[] | null
  /** Why the last page could not be loaded; null if it was. */
  readonly error: GatehouseUnavailable | null
  /** Loads the next page; null if there is none. */
  readonly loadMore: (() => Promise<void>) | null
  /** Loads the first page again. */
  readonly reload: () => Promise<void>
  /** Ends a session. Returns the problem; null if it has ended. @throws GatehouseUnavailable */
  readonly revoke: (sessionId: string) => Promise<SessionProblem | null>
  /** Ends every session but this one. Returns the problem; null if they have ended. @throws GatehouseUnavailable */
  readonly revokeOthers: () => Promise<SessionProblem | null>
}

interface Page {
  readonly nodes: readonly ListedSession[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
}

/** What has been loaded with one session of the page: `owner`. */
interface Loaded {
  readonly owner: string | null
  readonly page: Page | null
  readonly error: GatehouseUnavailable | null
}

const nothing: Loaded = { owner: null, page: null, error: null }

/**
 * Loads the sessions of the signed-in user.
 * @param owner The session of the page. With another one the list is hidden and loaded again.
 */
export function useSessionList(client: AuthClient, owner: string | null): Sessions {
  const [loaded, setLoaded] = useState(nothing)
  const load = useCallback(
    async (after: string | null) => {
      const next = await readPage(client, after)
      setLoaded((before) => {
        if (sessionIdOf(client) !== owner) return before
        const page = before.owner === owner ? before.page : null
        if (next.page === null) return { owner, page, error: next.error }
        if (after === null) return { ...next, owner }
        // Another request may have replaced the list or appended this page.
        if (page?.pageInfo.endCursor !== after) return before
        return { ...next, owner, page: { ...next.page, nodes: [...page.nodes, ...next.page.nodes] } }
      })
    },
    [client, owner],
  )
  useEffect(() => {
    if (owner !== null) void load(null)
  }, [load, owner])

  const revoke = async (name: 'revokeSession' | 'revokeOtherSessions', input?: object) => {
    const result = await askOperation<object>(client, name, { input })
    if (isProblem(result)) return result
    await load(null)
    return null
  }
  const { page, error } = loaded.owner === owner ? loaded : nothing
  const { hasNextPage = false, endCursor = null } = page?.pageInfo ?? {}
  return {
    sessions: page?.nodes ?? null,
    error,
    loadMore: hasNextPage ? () => load(endCursor) : null,
    reload: () => load(null),
    revoke: (sessionId) => revoke('revokeSession', { sessionId }),
    revokeOthers: () => revoke('revokeOtherSessions'),
  }
}

async function readPage(client: AuthClient, after: string | null): Promise<Omit<Loaded, 'owner'>> {
  try {
    return { page: await askOperation<Page>(client, 'sessions', { after }), error: null }
  } catch (failure) {
    return { page: null, error: unavailableFrom(failure) }
  }
}

function isProblem(result: object): result is SessionProblem {
  return 'code' in result
}
