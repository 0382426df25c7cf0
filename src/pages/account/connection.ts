import { useEffect, useState } from 'preact/hooks'
import { describeError, type Failure } from '../failure.ts'
import { useTexts } from '../texts.ts'

/** One page of a list (Relay Cursor Connections). */
interface Page<Node> {
  readonly nodes: readonly Node[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
}

/** A list that is loaded page by page. */
export interface Connection<Node> {
  /** Null until the first page is there. */
  readonly nodes: readonly Node[] | null
  readonly hasMore: boolean
  readonly isLoading: boolean
  readonly failure: Failure | null
  /** Loads the next page; the first one again after a failure. */
  readonly loadMore: () => void
  /** Loads the list again. */
  readonly reload: () => Promise<void>
}

/** @param load Queries the page after a cursor; null is the first page. */
export function useConnection<Node>(
  load: (after: string | null) => Promise<Page<Node> | null | undefined>,
): Connection<Node> {
  const texts = useTexts()
  const [nodes, setNodes] = useState<readonly Node[] | null>(null)
  const [cursor, setCursor] = useState<string | null>(null)
  const [isLoading, setLoading] = useState(true)
  const [failure, setFailure] = useState<Failure | null>(null)
  const loadPage = async (after: string | null) => {
    setLoading(true)
    setFailure(null)
    try {
      const page = await load(after)
      if (!page) throw new Error('The list is missing.')
      setNodes(after === null || nodes === null ? page.nodes : [...nodes, ...page.nodes])
      setCursor(page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null)
    } catch (error) {
      setFailure(describeError(texts, error))
    } finally {
      setLoading(false)
    }
  }
  useEffect(() => void loadPage(null), [])
  return {
    nodes,
    hasMore: cursor !== null,
    isLoading,
    failure,
    loadMore: () => void loadPage(nodes === null ? null : cursor),
    reload: () => loadPage(null),
  }
}
