import { useState } from 'preact/hooks'
import { useApp } from '../app-context.ts'
import { Card } from '../design/card.tsx'
import { Form } from '../design/form.tsx'
import { SignedIn } from '../entry/signed-in.tsx'
import type { Problem } from '../failure.ts'
import { Link, readLinkToken } from '../router.tsx'
import { useTexts } from '../texts.ts'
import { type LinkName, linkActions } from './links.ts'

/** The page of a link whose only input is its token. */
export function LinkPage({ page }: { readonly page: LinkName }) {
  const { titles, links, page: common } = useTexts()
  const { session } = useApp()
  const [token] = useState(readLinkToken)
  const [done, setDone] = useState<string | null>(null)
  const action = linkActions[page]
  const words = links[page]
  if (done !== null)
    return (
      <Card heading={links.doneHeading} text={done} aside={<Onwards endsSessions={action.endsSessions} />} />
    )
  if (token === null) return <MissingToken />
  const send = async (): Promise<Problem | null> => {
    const result = await action.run(session, token)
    if (!result?.__typename?.endsWith('Success')) return result ?? {}
    setDone(
      'passwordResetSent' in result && result.passwordResetSent
        ? links['verify-email'].doneReset
        : words.done,
    )
    return null
  }
  const content = (
    <Card heading={titles[page]} text={words.text} aside={<Link to="sign-in">{common.backToSignIn}</Link>}>
      <Form action={words.action} kind={action.danger === true ? 'danger' : 'main'} onSend={send} />
    </Card>
  )
  return action.requiresSession === true ? <SignedIn>{content}</SignedIn> : content
}

function Onwards({ endsSessions = false }: { readonly endsSessions?: boolean | undefined }) {
  const { page } = useTexts()
  return endsSessions ? (
    <Link to="sign-in">{page.backToSignIn}</Link>
  ) : (
    <Link to="account">{page.toAccount}</Link>
  )
}

/** The address has no token: a mail program may have cut it off. */
export function MissingToken() {
  const { links, page } = useTexts()
  return (
    <Card
      heading={links.missingHeading}
      text={links.missing}
      aside={<Link to="sign-in">{page.backToSignIn}</Link>}
    />
  )
}
