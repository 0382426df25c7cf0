import { useState } from 'preact/hooks'
import {
  RequestEmailChangeDocument,
  type RequestEmailChangeInput,
  UpdateProfileDocument,
} from '../../clients/documents.ts'
import { languages } from '../../texts/languages.ts'
import { useApp } from '../app-context.ts'
import { Field, FieldFrame, inputProps, useField } from '../design/field.tsx'
import { Form, type ReadField } from '../design/form.tsx'
import { Notice } from '../design/notice.tsx'
import { PasswordField } from '../design/password-field.tsx'
import { ResendForm } from '../entry/unverified.tsx'
import { type ProvableProblem, useProof } from '../factors/proof.tsx'
import type { Problem } from '../failure.ts'
import { useTexts } from '../texts.ts'
import type { Me } from './account-page.tsx'
import { Badge, Panel } from './panel.tsx'

interface ProfileProps {
  readonly me: Me
  readonly onChange: (me: Me) => void
}

/** Names, phone number and e-mail address. */
export function ProfileSection({ me, onChange }: ProfileProps) {
  return (
    <>
      <PersonalDetails me={me} onChange={onChange} />
      <EmailAddress me={me} />
    </>
  )
}

function PersonalDetails({ me, onChange }: ProfileProps) {
  const { session } = useApp()
  const { account, fields } = useTexts()
  const [isSaved, setSaved] = useState(false)
  const send = async (read: ReadField): Promise<Problem | null> => {
    setSaved(false)
    const [firstName, lastName, username, phoneNumber] = [
      'firstName',
      'lastName',
      'username',
      'phoneNumber',
    ].map((name) => read(name).trim() || null)
    const { updateProfile: result } = await session.send(UpdateProfileDocument, {
      input: { firstName, lastName, username, phoneNumber, locale: read('locale') || null },
    })
    if (result?.__typename !== 'UpdateProfileSuccess') return result ?? {}
    onChange(result.user)
    setSaved(true)
    return null
  }
  return (
    <Panel heading={account.profile.heading}>
      <Form action={account.profile.action} problemFields={{ USERNAME_TAKEN: 'username' }} onSend={send}>
        <div class="pair">
          <Field
            label={fields.firstName}
            name="firstName"
            autoComplete="given-name"
            value={me.firstName}
            isOptional
          />
          <Field
            label={fields.lastName}
            name="lastName"
            autoComplete="family-name"
            value={me.lastName}
            isOptional
          />
        </div>
        <Field
          label={fields.username}
          name="username"
          autoComplete="nickname"
          value={me.username}
          isOptional
        />
        <Field
          label={fields.phoneNumber}
          name="phoneNumber"
          type="tel"
          autoComplete="tel"
          value={me.phoneNumber}
          isOptional
        />
        <LocaleField value={me.locale} />
        <Notice>{isSaved ? account.saved : null}</Notice>
      </Form>
    </Panel>
  )
}

/** The language that the user chooses. A tag without texts of its own stays in the list. */
function LocaleField({ value }: { readonly value: string | null }) {
  const { fields } = useTexts()
  const { ids, error } = useField('locale')
  const tags: readonly string[] = [...new Set([...languages, ...(value === null ? [] : [value])])]
  return (
    <FieldFrame label={fields.locale} ids={ids} error={error}>
      <select {...inputProps(ids, error, false)} name="locale">
        <option value="">{fields.browserLocale}</option>
        {tags.map((tag) => (
          <option key={tag} value={tag} lang={tag} selected={tag === value}>
            {new Intl.DisplayNames(tag, { type: 'language' }).of(tag)}
          </option>
        ))}
      </select>
    </FieldFrame>
  )
}

function EmailAddress({ me }: { readonly me: Me }) {
  const { session, settings } = useApp()
  const { account, fields } = useTexts()
  const [sentTo, setSentTo] = useState<string | null>(null)
  const words = account.email
  const proof = useProof()
  const request = async (input: RequestEmailChangeInput): Promise<ProvableProblem | null> => {
    const { requestEmailChange: result } = await session.send(RequestEmailChangeDocument, { input })
    if (result?.__typename !== 'RequestEmailChangeSuccess') return result ?? {}
    setSentTo(result.newEmail)
    return null
  }
  const send = (read: ReadField) => {
    setSentTo(null)
    const input = { newEmail: read('newEmail'), currentPassword: read('currentPassword') }
    return proof.run(() => request(input))
  }
  if (proof.form !== null) return <>{proof.form}</>
  const badge = me.emailVerified ? (
    <Badge kind="good">{words.verified}</Badge>
  ) : (
    <Badge kind="fair">{words.unverified}</Badge>
  )
  return (
    <Panel heading={words.heading} text={<strong>{me.email}</strong>} badge={badge}>
      {!me.emailVerified && settings.verifiesEmail && me.email !== null && (
        <div class="callout">
          <p>{words.unverifiedText}</p>
          <ResendForm email={me.email} />
        </div>
      )}
      <p class="panel-text">{words.text}</p>
      {sentTo !== null && <Notice>{words.sent(sentTo)}</Notice>}
      <Form
        key={sentTo}
        action={words.action}
        kind="quiet"
        problemFields={{ INVALID_CREDENTIALS: 'currentPassword' }}
        onSend={send}
      >
        <Field label={words.newEmail} name="newEmail" type="email" autoComplete="email" />
        <PasswordField
          label={fields.currentPassword}
          name="currentPassword"
          autoComplete="current-password"
        />
      </Form>
    </Panel>
  )
}
