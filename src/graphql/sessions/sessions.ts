import { NotFoundProblem, RateLimitedProblem } from '../../domain/problems.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import type { DeviceType } from '../../domain/sessions/device.ts'
import { endOf, type Session } from '../../domain/sessions/session.ts'
import type { Builder } from '../edge/builder.ts'
import { actingViewerOf, type GraphqlContext, viewerOf } from '../edge/context.ts'
import { type ConnectionArguments, onceOnly, readPage, toPage } from '../edge/cursors.ts'
import { riskSignalValues } from '../edge/risk-signals.ts'
import type { Types } from '../edge/types.ts'
import { isCurrent } from '../edge/visibility.ts'

const deviceTypeValues = {
  DESKTOP: { description: 'A desktop or laptop computer.' },
  MOBILE: { description: 'A telephone.' },
  TABLET: { description: 'A tablet.' },
  BOT: { description: 'A program that says so.' },
  UNKNOWN: { description: 'The User-Agent does not tell.' },
} as const satisfies Record<DeviceType, { description: string }>

/** Session and its connection, the queries about sessions and the mutations that end them. */
export function addSessions(builder: Builder, types: Types): void {
  addDevice(builder, types)
  addSession(builder, types)
  const { connection, edge } = addConnection(builder, types)
  builder.objectField(types.user, 'sessions', (t) =>
    t.connection(
      {
        type: types.session,
        nullable: true,
        description: "The user's live sessions, newest first.",
        authScopes: (user) => ({ personal: user }),
        unauthorizedResolver: () => null,
        resolve: (user, args, context) => findPage(context, user.id, args),
      },
      connection,
      edge,
    ),
  )
  builder.queryField('sessions', (t) =>
    t.connection(
      {
        type: types.session,
        nullable: true,
        description: "The viewer's live sessions, newest first.",
        authScopes: { signedIn: true },
        rateLimit: limits.query,
        resolve: (_root, args, context) => findPage(context, viewerOf(context).userId, args),
      },
      connection,
      edge,
    ),
  )
  builder.queryField('currentSession', (t) =>
    t.field({
      type: types.session,
      nullable: true,
      description: 'The session that asks; null when it has just ended.',
      authScopes: { signedIn: true },
      rateLimit: limits.query,
      resolve: (_root, _args, context) => context.flows.findCurrentSession(viewerOf(context)),
    }),
  )
  addRevokeSession(builder, types)
  addRevokeOtherSessions(builder)
}

function addDevice(builder: Builder, types: Types): void {
  const deviceType = builder.enumType('SessionDeviceType', {
    description: 'Kinds of devices.',
    values: deviceTypeValues,
  })
  types.sessionDevice.implement({
    description: 'What people recognise a session by, read from its User-Agent.',
    fields: (t) => ({
      name: t.exposeString('name', {
        description: "For people: 'Firefox on Linux', or what the client called itself.",
      }),
      browser: t.exposeString('browser', {
        nullable: true,
        description: 'Null when the User-Agent does not tell.',
      }),
      os: t.exposeString('os', { nullable: true, description: 'Null when the User-Agent does not tell.' }),
      type: t.expose('type', { type: deviceType, description: 'What kind of device it is.' }),
    }),
  })
}

function addSession(builder: Builder, types: Types): void {
  const riskSignal = builder.enumType('RiskSignal', {
    description:
      'What can make a session look unusual. The list grows: show a value that you do not know as it is.',
    values: riskSignalValues,
  })
  types.session.implement({
    description: 'One sign-in on one device.',
    fields: (t) => ({
      id: t.exposeID('id', { description: 'A uuid; the `sid` of its access tokens. Public, no secret.' }),
      user: t.field({
        type: types.user,
        description: 'Who signed in.',
        resolve: async (session, _args, context) => findOwner(context, session),
      }),
      current: t.boolean({
        description: 'Whether it is the session that asks.',
        resolve: (session, _args, context) => isCurrent(context, session),
      }),
      createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it began.' }),
      lastUsedAt: t.expose('lastUsedAt', {
        type: 'DateTime',
        description: 'When its tokens were last refreshed.',
      }),
      expiresAt: t.field({
        type: 'DateTime',
        description:
          'When it ends unless it is refreshed before, or ends whatever happens, if that is earlier.',
        resolve: (session) => endOf(session),
      }),
      rememberMe: t.exposeBoolean('rememberMe', { description: 'Whether it was to last longer.' }),
      ipAddress: t.exposeString('ipAddress', {
        nullable: true,
        description: 'Where it was last used from; null when a proxy did not tell.',
      }),
      userAgent: t.exposeString('userAgent', {
        nullable: true,
        description: 'What last used it, in its own words.',
      }),
      device: t.expose('device', { type: types.sessionDevice, description: 'What people recognise it by.' }),
      riskSignals: t.field({
        type: [riskSignal],
        description: 'What made this session look unusual when it began or since.',
        resolve: ({ riskSignals }) => [...riskSignals],
      }),
    }),
  })
}

function addConnection(builder: Builder, types: Types) {
  const edge = builder.edgeObject({
    type: types.session,
    name: 'SessionEdge',
    description: 'A session and where it stands in its list.',
  })
  const connection = builder.connectionObject(
    {
      type: types.session,
      name: 'SessionConnection',
      description: 'A page of sessions, newest first (Relay Cursor Connections).',
      fields: (t) => ({
        totalCount: t.int({
          description: 'How many live sessions all pages have together.',
          resolve: async (page) => (await page.countAll?.()) ?? 0,
        }),
      }),
    },
    edge,
  )
  return { connection, edge }
}

async function findPage(context: GraphqlContext, userId: string, args: ConnectionArguments) {
  const page = readPage(args)
  const found = await context.flows.findSessions(userId, { ...page, limit: page.size + 1 })
  return { ...toPage(found.sessions, page), countAll: onceOnly(found.count) }
}

async function findOwner(context: GraphqlContext, session: Session) {
  const user = await context.users.load(session.userId)
  if (user === null) throw new NotFoundProblem()
  return user
}

function addRevokeSession(builder: Builder, types: Types): void {
  const input = builder.inputType('RevokeSessionInput', {
    description: 'Which session to end.',
    fields: (t) => ({
      sessionId: t.id({ required: true, description: 'The id of one of your own live sessions.' }),
    }),
  })
  const success = builder.objectRef<{ session: Session }>('RevokeSessionSuccess').implement({
    description: 'The session has ended: its refresh token at once, its access tokens within a second.',
    fields: (t) => ({
      session: t.expose('session', { type: types.session, description: 'The session that ended.' }),
    }),
  })
  const result = builder.errorUnion('RevokeSessionResult', {
    description: 'What revokeSession answers.',
    types: [success, NotFoundProblem, RateLimitedProblem],
    resolveType: () => 'RevokeSessionSuccess',
  })
  builder.mutationField('revokeSession', (t) =>
    t.field({
      type: result,
      nullable: true,
      description: 'Ends one of your own sessions, for example of a device that was lost.',
      args: { input: t.arg({ type: input, required: true, description: 'Which one.' }) },
      authScopes: { acting: true },
      rateLimit: limits.mutation,
      resolve: async (_root, { input: { sessionId } }, context) => {
        const viewer = actingViewerOf(context)
        const session = await context.flows.revokeSession(sessionId, viewer, context.origin)
        if (session.id === viewer.sessionId && session.transport !== 'BODY') context.cookies.clear()
        return { session }
      },
    }),
  )
}

function addRevokeOtherSessions(builder: Builder): void {
  const success = builder.objectRef<{ revokedSessions: number }>('RevokeOtherSessionsSuccess').implement({
    description: 'Every other session of yours has ended.',
    fields: (t) => ({ revokedSessions: t.exposeInt('revokedSessions', { description: 'How many ended.' }) }),
  })
  const result = builder.errorUnion('RevokeOtherSessionsResult', {
    description: 'What revokeOtherSessions answers.',
    types: [success, RateLimitedProblem],
    resolveType: () => 'RevokeOtherSessionsSuccess',
  })
  builder.mutationField('revokeOtherSessions', (t) =>
    t.field({
      type: result,
      nullable: true,
      description: 'Signs you out everywhere else.',
      authScopes: { acting: true },
      rateLimit: limits.mutation,
      resolve: async (_root, _args, context) => ({
        revokedSessions: await context.flows.revokeOtherSessions(actingViewerOf(context), context.origin),
      }),
    }),
  )
}
