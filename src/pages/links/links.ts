import {
  ConfirmEmailChangeDocument,
  DenyRegistrationDocument,
  ReportUnrecognizedSessionDocument,
  UndoEmailChangeDocument,
  UndoFactorChangeDocument,
  UnlockAccountDocument,
  VerifyEmailDocument,
} from '../../clients/documents.ts'
import type { PageTexts } from '../../texts/pages/en.ts'
import type { Problem } from '../failure.ts'
import type { Session } from '../session.ts'

/** The pages whose only input is the token of the link. */
export type LinkName = Exclude<keyof PageTexts['titles'] & keyof PageTexts['links'], 'reset-password'>

interface LinkAction {
  /** Runs the mutation. */
  readonly run: (session: Session, token: string) => Promise<Problem | null | undefined>
  /** Whether the action takes something away. */
  readonly danger?: boolean
  /** Whether a visitor without a session signs in first. */
  readonly requiresSession?: boolean
  /** Whether the user is at sign-in afterwards. */
  readonly endsSessions?: boolean
}

/** What each link of a mail does, after the button was pressed: mail scanners open links, too. */
export const linkActions: Readonly<Record<LinkName, LinkAction>> = {
  'verify-email': {
    run: async (session, token) =>
      (await session.send(VerifyEmailDocument, { input: { token } })).verifyEmail,
  },
  'deny-registration': {
    danger: true,
    endsSessions: true,
    run: async (session, token) =>
      (await session.send(DenyRegistrationDocument, { input: { token } })).denyRegistration,
  },
  'confirm-email': {
    requiresSession: true,
    run: async (session, token) =>
      (await session.send(ConfirmEmailChangeDocument, { input: { token } })).confirmEmailChange,
  },
  'undo-email-change': {
    danger: true,
    endsSessions: true,
    run: async (session, token) =>
      (await session.send(UndoEmailChangeDocument, { input: { token } })).undoEmailChange,
  },
  'undo-factor-change': {
    danger: true,
    endsSessions: true,
    run: async (session, token) =>
      (await session.send(UndoFactorChangeDocument, { input: { token } })).undoFactorChange,
  },
  'unlock-account': {
    endsSessions: true,
    run: async (session, token) =>
      (await session.send(UnlockAccountDocument, { input: { token } })).unlockAccount,
  },
  'report-session': {
    danger: true,
    endsSessions: true,
    run: async (session, token) =>
      (await session.send(ReportUnrecognizedSessionDocument, { input: { token } })).reportUnrecognizedSession,
  },
}
