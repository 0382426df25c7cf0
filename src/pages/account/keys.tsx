import { useState } from 'preact/hooks'
import { type ApiKeyFieldsFragment, ApiKeysDocument, RevokeApiKeyDocument } from '../../clients/documents.ts'
import { useApp } from '../app-context.ts'
import { Button } from '../design/button.tsx'
import { Form } from '../design/form.tsx'
import type { Problem } from '../failure.ts'
import { useTexts } from '../texts.ts'
import type { Me } from './account-page.tsx'
import { useConnection } from './connection.ts'
import { CreateKey } from './create-key.tsx'
import { List, useTime } from './list.tsx'
import { Badge, Panel } from './panel.tsx'

/** The API keys of the user. */
export function KeysSection({ me }: { readonly me: Me }) {
  const { session } = useApp()
  const { account } = useTexts()
  const connection = useConnection(
    async (after) => (await session.send(ApiKeysDocument, { first: 20, after })).apiKeys,
  )
  const reload = () => void connection.reload()
  return (
    <>
      <Panel text={account.keys.text}>
        <List connection={connection}>{(node) => <KeyRow apiKey={node} onRevoked={reload} />}</List>
      </Panel>
      <CreateKey permissions={me.permissions ?? []} onCreated={reload} />
    </>
  )
}

interface KeyRowProps {
  readonly apiKey: ApiKeyFieldsFragment
  readonly onRevoked: () => void
}

function KeyRow({ apiKey: { id, name, prefix, expiresAt, lastUsedAt, revokedAt }, onRevoked }: KeyRowProps) {
  const { session } = useApp()
  const { account } = useTexts()
  const time = useTime()
  const [isAsking, setAsking] = useState(false)
  const words = account.keys
  const isExpired = expiresAt !== null && Date.parse(expiresAt) < Date.now()
  const revoke = async (): Promise<Problem | null> => {
    const { revokeApiKey: result } = await session.send(RevokeApiKeyDocument, { input: { apiKeyId: id } })
    if (result?.__typename !== 'RevokeApiKeySuccess') return result ?? {}
    onRevoked()
    return null
  }
  return (
    <div class="row">
      <div class="row-text">
        <p class="row-name">
          {name}{' '}
          {revokedAt !== null ? <Badge>{words.revoked}</Badge> : isExpired && <Badge>{words.expired}</Badge>}
        </p>
        <p class="row-detail">
          <code>{prefix}…</code> · {lastUsedAt === null ? words.neverUsed : words.usedAt(time(lastUsedAt))} ·{' '}
          {expiresAt === null ? words.neverExpires : words.expiresAt(time(expiresAt))}
        </p>
        {isAsking && revokedAt === null && <p class="row-detail">{words.confirmRevoke}</p>}
      </div>
      {revokedAt !== null || isExpired ? null : isAsking ? (
        <Form
          action={words.revoke}
          name={words.revokeOf(name)}
          kind="danger"
          onSend={revoke}
          aside={
            <Button kind="quiet" onPress={() => setAsking(false)}>
              {account.cancel}
            </Button>
          }
        />
      ) : (
        <Button kind="quiet" name={words.revokeOf(name)} onPress={() => setAsking(true)}>
          {words.revoke}
        </Button>
      )}
    </div>
  )
}
