import { limits } from '../../domain/rate-limits/limits.ts'
import { assuranceLevelOf } from '../../domain/sessions/assurance.ts'
import type { DeviceType } from '../../domain/sessions/device.ts'
import { endOf } from '../../domain/sessions/session.ts'
import type { StorePage } from '../../lib/collections/store-page.ts'
import { signedIn } from '../edge/access.ts'
import { addConnection, addPageTypes } from '../edge/add-connection.ts'
import { addQuery } from '../edge/add-query.ts'
import type { Builder } from '../edge/builder.ts'
import type { GraphqlContext } from '../edge/context.ts'
import { findPage } from '../edge/cursors.ts'
import { loadOwner } from '../edge/loaders.ts'
import { riskSignalValues } from '../edge/risk-signals.ts'
import type { Types } from '../edge/types.ts'
import { isCurrent } from '../edge/visibility.ts'

const deviceTypeValues = {
  DESKTOP: { description: 'Desktop or laptop computer.' },
  MOBILE: { description: 'Mobile phone.' },
  TABLET: { description: 'Tablet.' },
  BOT: { description: 'Program whose User-Agent header identifies it as one.' },
  UNKNOWN: { description: 'The User-Agent header does not identify the device.' },
} as const satisfies Record<DeviceType, { description: string }>

/** Session, its connection, the queries `sessions` and `currentSession`, and the field `sessions` of User. */
export function addSessions(builder: Builder, types: Types): void {
  addDevice(builder, types)
  addSession(builder, types)
  const page = addPageTypes(builder, { node: types.session, noun: 'session' })
  builder.objectField(page.connection, 'totalCount', (t) =>
    t.int({
      description: 'Number of live sessions on all pages together.',
      resolve: async (connection) => (await connection.countAll?.()) ?? 0,
    }),
  )
  builder.objectField(types.user, 'sessions', (t) =>
    t.connection(
      {
        type: page.node,
        nullable: true,
        description: 'Live sessions of the user, newest first.',
        authScopes: (user) => ({ personal: user }),
        unauthorizedResolver: () => null,
        resolve: (user, args, context) => findPage(args, (page) => findSessions(context, user.id, page)),
      },
      page.connection,
      page.edge,
    ),
  )
  addConnection(builder, {
    name: 'sessions',
    description: 'Your own live sessions, newest first.',
    page,
    access: signedIn,
    limit: limits.query,
    find: ({ page, viewer, context }) => findSessions(context, viewer.userId, page),
  })
  addQuery(builder, {
    name: 'currentSession',
    description: 'The session of the request. Null if it has just ended.',
    type: types.session,
    access: signedIn,
    limit: limits.query,
    resolve: ({ viewer, context }) => context.flows.findCurrentSession(viewer),
  })
}

function addDevice(builder: Builder, types: Types): void {
  const deviceType = builder.enumType('SessionDeviceType', {
    description: 'Kind of device.',
    values: deviceTypeValues,
  })
  types.sessionDevice.implement({
    description: 'The device of a session, for display. Derived from the User-Agent header.',
    fields: (t) => ({
      name: t.exposeString('name', {
        description: "Display name, for example 'Firefox on Linux', or the name that the client has sent.",
      }),
      browser: t.exposeString('browser', {
        nullable: true,
        description: 'Name of the browser. Null if the User-Agent header does not identify it.',
      }),
      os: t.exposeString('os', {
        nullable: true,
        description: 'Name of the operating system. Null if the User-Agent header does not identify it.',
      }),
      type: t.expose('type', { type: deviceType, description: 'Kind of device.' }),
    }),
  })
}

function addSession(builder: Builder, types: Types): void {
  const riskSignal = builder.enumType('RiskSignal', {
    description:
      'A reason why a session looks unusual. The list grows: display a value that you do not know as it is.',
    values: riskSignalValues,
  })
  types.session.implement({
    description: 'One sign-in on one device.',
    fields: (t) => ({
      id: t.exposeID('id', {
        description: 'UUID; the `sid` claim of the access tokens of the session. Not a secret.',
      }),
      user: t.field({
        type: types.user,
        description: 'The user who signed in.',
        resolve: (session, _args, context) => loadOwner(context, session),
      }),
      current: t.boolean({
        description: 'Whether it is the session of the request.',
        resolve: (session, _args, context) => isCurrent(context, session),
      }),
      createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the session began.' }),
      lastUsedAt: t.expose('lastUsedAt', {
        type: 'DateTime',
        description:
          'When its tokens were last used: the access token, accurate to a minute, or the refresh token.',
      }),
      expiresAt: t.field({
        type: 'DateTime',
        description:
          'When the session ends unless it is refreshed first. Never beyond its maximum lifetime, which a refresh does not extend.',
        resolve: (session) => endOf(session),
      }),
      rememberMe: t.exposeBoolean('rememberMe', {
        description: 'Whether the session has the extended lifetime of rememberMe.',
      }),
      authenticationMethods: t.stringList({
        description:
          'How the owner proved who they are (RFC 8176): pwd, otp (also recovery codes), pop and user (passkey), mfa. Only a further proof adds methods. Sessions from versions before second factors: pwd.',
        resolve: ({ amr }) => [...amr],
      }),
      assuranceLevel: t.field({
        type: types.assuranceLevel,
        description: 'Level that these methods reach. A refresh does not change it.',
        resolve: ({ amr }) => assuranceLevelOf(amr),
      }),
      ipAddress: t.exposeString('ipAddress', {
        nullable: true,
        description: 'Client address of the last use. Null if a proxy did not forward it.',
      }),
      userAgent: t.exposeString('userAgent', {
        nullable: true,
        description: 'User-Agent header of the last use. Null if there was none.',
      }),
      device: t.expose('device', { type: types.sessionDevice, description: 'Device, for display.' }),
      riskSignals: t.field({
        type: [riskSignal],
        description: 'Reasons why the session looked unusual when it began or since then.',
        resolve: ({ riskSignals }) => [...riskSignals],
      }),
    }),
  })
}

async function findSessions({ flows }: GraphqlContext, userId: string, page: StorePage) {
  const { sessions, count } = await flows.findSessions(userId, page)
  return { rows: sessions, countAll: count }
}
