import type { ComponentChildren } from 'preact'
import type { SessionFieldsFragment } from '../../clients/documents.ts'
import { Button } from '../design/button.tsx'
import { Alert } from '../design/notice.tsx'
import { useTexts, useWording } from '../texts.ts'
import type { Connection } from './connection.ts'

interface ListProps<Node> {
  readonly connection: Connection<Node>
  readonly children: (node: Node) => ComponentChildren
}

/** A list with its states: loading, empty, failed, and more to load. */
export function List<Node extends { readonly id: string | number }>({
  connection,
  children,
}: ListProps<Node>) {
  const { account, page } = useTexts()
  const { nodes, hasMore, isLoading, failure, loadMore } = connection
  return (
    <>
      <Alert>{failure === null ? null : failure.message(failure.waitSeconds)}</Alert>
      {nodes !== null && nodes.length > 0 && (
        <ul class="rows">
          {nodes.map((node) => (
            <li key={node.id}>{children(node)}</li>
          ))}
        </ul>
      )}
      <div role="status">
        {isLoading && nodes === null && <p class="panel-text">{page.loading}</p>}
        {nodes?.length === 0 && <p class="panel-text">{account.empty}</p>}
      </div>
      {(hasMore || failure !== null) && (
        <div>
          <Button kind="quiet" isBusy={isLoading} onPress={loadMore}>
            {failure === null ? account.more : page.tryAgain}
          </Button>
        </div>
      )}
    </>
  )
}

/** A point in time in the language of the page. */
export function useTime(): (at: string) => string {
  const { language } = useWording()
  const format = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' })
  return (at) => format.format(new Date(at))
}

/** How the API names a device whose browser and system are unknown. */
const unknownName = 'Unknown device'

/** The names of a browser and a system in the language of the page; a name that the client has sent stays as it is. */
export function useDeviceName(): (device: SessionFieldsFragment['device']) => string {
  const { account } = useTexts()
  return ({ name, browser, os }) => {
    if (browser === null && os === null) return name === unknownName ? account.unknownDevice : name
    if (browser === null || os === null || name !== `${browser} on ${os}`) return name
    return account.browserOn(browser, os)
  }
}
