/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** Conditions on audit events. An event must meet all that are given. */
export type AuditEventFilter = {
  /** Earliest time, inclusive. */
  from?: string | null | undefined;
  /** Client address: one IPv4 or IPv6 address, in any notation. */
  ipAddress?: string | null | undefined;
  /** Latest time, inclusive. Not before `from`. */
  to?: string | null | undefined;
  /** Kinds of event, at least one. */
  types?: Array<AuditEventType> | null | undefined;
  /** Id of the user concerned: a present or deleted user of your tenant. */
  userId?: string | number | null | undefined;
};

/** What can happen to an account. The list grows, and no value is ever renamed. */
export type AuditEventType =
  /** The account was deleted. */
  | 'ACCOUNT_DELETED'
  /** The account was locked, after failures or by an administrator. */
  | 'ACCOUNT_LOCKED'
  /** A lock was lifted. */
  | 'ACCOUNT_UNLOCKED'
  /** An API key was made. */
  | 'API_KEY_CREATED'
  /** An API key was revoked. */
  | 'API_KEY_REVOKED'
  /** The account got another address, or its old one back. */
  | 'EMAIL_CHANGED'
  /** Somebody asked for another address; nothing has changed by it. */
  | 'EMAIL_CHANGE_REQUESTED'
  /** Somebody asked for the verification mail once more. */
  | 'EMAIL_VERIFICATION_REQUESTED'
  /** The address was proven to be its owner's. */
  | 'EMAIL_VERIFIED'
  /** Somebody tried to sign in, or to prove the password, and could not. */
  | 'LOGIN_FAILED'
  /** Somebody signed in. */
  | 'LOGIN_SUCCEEDED'
  /** Somebody signed out, here or everywhere. */
  | 'LOGOUT'
  /** A new password was set by the old one. */
  | 'PASSWORD_CHANGED'
  /** A new password was set by the link of a mail. */
  | 'PASSWORD_RESET'
  /** Somebody asked for a link that sets a new password. */
  | 'PASSWORD_RESET_REQUESTED'
  /** The profile was changed. */
  | 'PROFILE_UPDATED'
  /** Calls were refused since there were too many. */
  | 'RATE_LIMITED'
  /** A refresh token was used twice; its session was ended. */
  | 'REFRESH_TOKEN_REUSED'
  /** The account may do more or less than before. */
  | 'ROLE_CHANGED'
  /** Sessions were ended before their time. */
  | 'SESSION_REVOKED'
  /** The keys that sign access tokens were changed; with the reason PLANNED, are going to be. */
  | 'SIGNING_KEYS_ROTATED'
  /** Something looked as if it were not the owner, or he has said so. */
  | 'SUSPICIOUS_ACTIVITY'
  /** A session got new tokens. */
  | 'TOKEN_REFRESHED'
  /** A token was revoked before its time. */
  | 'TOKEN_REVOKED'
  /** An administrator switched the account off. */
  | 'USER_DEACTIVATED'
  /** An operator imported the account. */
  | 'USER_IMPORTED'
  /** An administrator switched the account on again. */
  | 'USER_REACTIVATED'
  /** Somebody registered the account. */
  | 'USER_REGISTERED';

/** What went wrong, for programs. The list grows: show the message of a value that you do not know. */
export type AuthProblemCode =
  /** An administrator has deactivated the account. */
  | 'ACCOUNT_DISABLED'
  /** Too many failures, or an administrator, have locked the account for a while. */
  | 'ACCOUNT_LOCKED'
  /** The refresh token came from another device; its session has been ended. */
  | 'DEVICE_MISMATCH'
  /** The address already has an account. */
  | 'EMAIL_TAKEN'
  /** The identifier or the password is wrong; which of them is not told. */
  | 'INVALID_CREDENTIALS'
  /** Something in the input is not valid; `issues` names it. */
  | 'INVALID_INPUT'
  /** The refresh token is not valid (any more): sign in again. */
  | 'INVALID_REFRESH_TOKEN'
  /** A one-time token is unknown, used or expired. */
  | 'INVALID_TOKEN'
  /** There is no such thing, or it is not yours. */
  | 'NOT_FOUND'
  /** The new password is one of the last ones. */
  | 'PASSWORD_REUSED'
  /** Too many calls: wait for `retryAfterSeconds`. */
  | 'RATE_LIMITED'
  /** The last proof of the password is too old for this: prove it again, then repeat. */
  | 'REAUTHENTICATION_REQUIRED'
  /** The refresh token was used before; its session has been ended. */
  | 'REFRESH_TOKEN_REUSED'
  /** The account has as many sessions as it may have. */
  | 'SESSION_LIMIT_REACHED'
  /** The username belongs to somebody else. */
  | 'USERNAME_TAKEN'
  /** The new password does not meet the policy. */
  | 'WEAK_PASSWORD';

/** Current password and new password. */
export type ChangePasswordInput = {
  /** Current password of the account. */
  currentPassword: string;
  /** New password. Must meet the policy of the query passwordPolicy. Never trimmed or truncated. */
  newPassword: string;
};

/** A candidate password and the words that it must not be built from. */
export type CheckPasswordStrengthInput = {
  /** Candidate password. It is not stored. */
  password: string;
  /** Tenant slug. Defaults to the viewer's tenant, or to `default` without a viewer. */
  tenant?: string | null | undefined;
  /** Words the password must not be built from: name, e-mail, company. At most 20 words of at most 100 characters. The personal data of the viewer always counts. */
  userInputs?: Array<string> | null | undefined;
};

/** Properties of the new key. */
export type CreateApiKeyInput = {
  /** When the key expires, in the future. Absent: it does not expire. */
  expiresAt?: string | null | undefined;
  /** Name of the key, 1 to 100 characters. */
  name: string;
  /** Permissions of the key: a subset of your own. */
  permissions: Array<string>;
  /** Calls per period, such as 1000/1h, instead of the default limits: 1 to 1000000 calls in 1s to 1d. */
  rateLimit?: string | null | undefined;
};

/** Confirms the deletion with the current password. */
export type DeleteAccountInput = {
  /** Current password of the account. */
  currentPassword: string;
};

/** What the client knows of its device. */
export type DeviceInput = {
  /** Any stable string of the client's own, at most 512 characters; stored as a digest, part of device matching. */
  fingerprint?: string | null | undefined;
  /** Shown in lists of sessions instead of what the User-Agent tells; at most 100 characters. */
  name?: string | null | undefined;
};

/** Optional. Length and characters of the password. */
export type GeneratePasswordInput = {
  /** Length in characters: 8 to 128, and at least the minimum of the tenant's policy. Defaults to 20. */
  length?: number | null | undefined;
  /** Whether the password contains symbols. If false, it contains letters and digits, and a single hyphen if the policy requires a symbol. */
  symbols?: boolean;
};

/** The user to lock, for how long and why. */
export type LockUserInput = {
  /** Reason for the audit log; 1 to 500 characters. */
  reason: string;
  /** When the lock ends, in the future. Null locks until an administrator unlocks. */
  until?: string | null | undefined;
  /** Id of another user of your tenant. Moderators can only act on users with a lower role than their own. */
  userId: string | number;
};

/** Credentials, and options of the session that begins. */
export type LoginInput = {
  /** What the client knows about its device. */
  device?: DeviceInput | null | undefined;
  /** The deviceToken of an earlier LoginSuccess on this device. Gives the device its own attempt budget, so that attempts of other people cannot lock the owner out. */
  deviceToken?: string | null | undefined;
  /** E-mail address or username. Upper and lower case do not differ. */
  identifier: string;
  /** Compared as sent, after Unicode NFC normalisation. */
  password: string;
  /** Extends the idle and maximum lifetime of the session. Ignored for administrators. */
  rememberMe?: boolean;
  /** Tenant slug. Defaults to `default`. */
  tenant?: string | null | undefined;
  /** Where the tokens of the session travel. Fixed for the lifetime of the session. */
  tokenTransport?: TokenTransport;
};

/** Optional. The session that ends is the one of the access token, which may have expired, or else of the refresh token in the input or the cookie. */
export type LogoutInput = {
  /** Ends all sessions of the account. Requires that this session is still live. */
  allDevices?: boolean;
  /** For clients that no longer hold an access token. */
  refreshToken?: string | null | undefined;
};

/** What a password policy can ask for. */
export type PasswordRequirement =
  /** It lacks a digit. */
  | 'DIGIT'
  /** It lacks a lower-case letter. */
  | 'LOWERCASE'
  /** It is too long. */
  | 'MAX_LENGTH'
  /** It is too short. */
  | 'MIN_LENGTH'
  /** It is too easy to guess. */
  | 'MIN_SCORE'
  /** It is known from a breach of another service. */
  | 'NOT_BREACHED'
  /** It is built from the name or address of its owner, or from the name of the product. */
  | 'NOT_PERSONAL'
  /** It lacks a symbol. */
  | 'SYMBOL'
  /** It lacks an upper-case letter. */
  | 'UPPERCASE';

/** Optional with cookie transports. The refresh token to exchange. */
export type RefreshInput = {
  /** What the client knows about its device. */
  device?: DeviceInput | null | undefined;
  /** Absent if the refresh token is in the cookie. The new tokens travel by the transport with which the session began. */
  refreshToken?: string | null | undefined;
};

/** A new account, and options of the session that begins. */
export type RegisterInput = {
  /** What the client knows about its device. */
  device?: DeviceInput | null | undefined;
  /** E-mail address, at most 254 characters. Compared after trimming, Unicode NFC normalisation and conversion to lower case. Plus-addresses (name+tag@) are distinct addresses. */
  email: string;
  /** Plain text, at most 50 characters. */
  firstName?: string | null | undefined;
  /** Plain text, at most 50 characters. */
  lastName?: string | null | undefined;
  /** Must meet the policy of the query passwordPolicy: by default 8 to 128 characters with upper case, lower case, digit and symbol. Never trimmed or truncated. */
  password: string;
  /** Phone number in E.164 format, for example +493012345678. */
  phoneNumber?: string | null | undefined;
  /** Tenant slug. Defaults to `default`. */
  tenant?: string | null | undefined;
  /** Where the tokens of the session travel. Fixed for the lifetime of the session. */
  tokenTransport?: TokenTransport;
  /** Public name: 3 to 32 letters, digits, underscores, dots or hyphens. Unique; upper and lower case do not differ. */
  username?: string | null | undefined;
};

/** The session to report. Exactly one field: the id if signed in, or the token of the alert mail. */
export type ReportUnrecognizedSessionInput = {
  /** Id of one of your own sessions, which may have ended. */
  sessionId?: string | number | null | undefined;
  /** Token from the link in the mail. Valid once; does not require a sign-in. */
  token?: string | null | undefined;
};

/** The new address of the account, confirmed with the current password. */
export type RequestEmailChangeInput = {
  /** Current password of the account. */
  currentPassword: string;
  /** New e-mail address, at most 254 characters. A link is mailed to it; the account keeps its present address until confirmEmailChange. */
  newEmail: string;
};

/** The account whose password was forgotten. */
export type RequestPasswordResetInput = {
  /** E-mail address of the account. */
  email: string;
  /** Tenant slug. Defaults to `default`. */
  tenant?: string | null | undefined;
};

/** The account that needs another verification mail. */
export type ResendVerificationEmailInput = {
  /** E-mail address of the account. */
  email: string;
  /** Tenant slug. Defaults to `default`. */
  tenant?: string | null | undefined;
};

/** Token from the mail, and the new password. */
export type ResetPasswordInput = {
  /** New password. Must meet the policy of the query passwordPolicy. Never trimmed or truncated. */
  newPassword: string;
  /** Token from the link. Valid once; used up only if the new password is accepted. */
  token: string;
};

/** The key to revoke. */
export type RevokeApiKeyInput = {
  /** Id of an API key of your tenant. */
  apiKeyId: string | number;
};

/** The session to end. */
export type RevokeSessionInput = {
  /** Id of one of your own live sessions. */
  sessionId: string | number;
};

/** The access token to revoke: exactly one of token and jti. */
export type RevokeTokenInput = {
  /** The `jti` claim of the access token, for example from a log. It does not reveal the tenant of the token, so only the default tenant, which manages the installation, may use it; FORBIDDEN for other tenants. */
  jti?: string | number | null | undefined;
  /** Reason for the audit log; 1 to 500 characters. */
  reason: string;
  /** The access token, of a user of your tenant. */
  token?: string | null | undefined;
};

/** The user whose sessions end, and why. */
export type RevokeUserSessionsInput = {
  /** Reason for the audit log; 1 to 500 characters. */
  reason: string;
  /** Id of another user of your tenant. Moderators can only act on users with a lower role than their own. */
  userId: string | number;
};

/** A reason why a session looks unusual. The list grows: display a value that you do not know as it is. */
export type RiskSignal =
  /** Its address has tried to sign in to many accounts. */
  | 'CREDENTIAL_STUFFING'
  /** It was refreshed from another device than the one that signed in. */
  | 'DEVICE_MISMATCH'
  /** It began farther from the session before than anybody can travel in that time. */
  | 'IMPOSSIBLE_TRAVEL'
  /** It was refreshed from another network than the one it began in. */
  | 'IP_CHANGED'
  /** Several wrong passwords came just before the right one. */
  | 'MANY_FAILED_ATTEMPTS'
  /** It began in a country that the account was not known to be used from. */
  | 'NEW_COUNTRY'
  /** It began on a device that the account was not known to use. */
  | 'NEW_DEVICE'
  /** It began in a network that the account was not known to use. */
  | 'NEW_NETWORK'
  /** Its password has been tried on many accounts. */
  | 'PASSWORD_SPRAYING'
  /** One of its refresh tokens was used twice: somebody may hold a copy. */
  | 'TOKEN_REUSE';

/** Kind of device. */
export type SessionDeviceType =
  /** Program whose User-Agent header identifies it as one. */
  | 'BOT'
  /** Desktop or laptop computer. */
  | 'DESKTOP'
  /** Mobile phone. */
  | 'MOBILE'
  /** Tablet. */
  | 'TABLET'
  /** The User-Agent header does not identify the device. */
  | 'UNKNOWN';

/** The user whose account is deactivated or reactivated. */
export type SetUserActiveInput = {
  /** False deactivates the account, true reactivates it. */
  active: boolean;
  /** Reason for the audit log; at most 500 characters. */
  reason?: string | null | undefined;
  /** Id of another user of your tenant. Moderators can only act on users with a lower role than their own. */
  userId: string | number;
};

/** The user and their new role. */
export type SetUserRoleInput = {
  /** Reason for the audit log; at most 500 characters. */
  reason?: string | null | undefined;
  /** New role of the user. */
  role: UserRole;
  /** Id of another user of your tenant. Moderators can only act on users with a lower role than their own. */
  userId: string | number;
};

/** Reason why a token must not be accepted. */
export type TokenRejection =
  /** It was not issued by this service. For an API key: no such key exists. */
  | 'BAD_SIGNATURE'
  /** It has expired. */
  | 'EXPIRED'
  /** It is not in the format of an access token or API key of this service. */
  | 'MALFORMED'
  /** It is valid but lacks required permissions: see missingPermissions. */
  | 'MISSING_PERMISSIONS'
  /** Its period of validity has not begun. */
  | 'NOT_YET_VALID'
  /** It was revoked, or its session has ended. */
  | 'REVOKED'
  /** Its user is locked, deactivated or deleted. */
  | 'USER_DISABLED'
  /** Its audience (`aud`) is another service. */
  | 'WRONG_AUDIENCE'
  /** Its issuer (`iss`) is another service. */
  | 'WRONG_ISSUER';

/** Where the tokens of a session travel; a session keeps the transport that it began with. */
export type TokenTransport =
  /** Both tokens in the response body (native apps, servers, tools). */
  | 'BODY'
  /** Both tokens in HttpOnly cookies, none in the body (browser and API on one site). */
  | 'COOKIE'
  /** Access token in the body to keep in memory, refresh token in an HttpOnly cookie (SPA behind a gateway). */
  | 'HYBRID';

/** The user to unlock. */
export type UnlockUserInput = {
  /** Reason for the audit log; at most 500 characters. */
  reason?: string | null | undefined;
  /** Id of another user of your tenant. Moderators can only act on users with a lower role than their own. */
  userId: string | number;
};

/** Changes to the profile. An absent field stays unchanged; null clears it. */
export type UpdateProfileInput = {
  /** Plain text, at most 50 characters, stored as written. */
  firstName?: string | null | undefined;
  /** Plain text, at most 50 characters, stored as written. */
  lastName?: string | null | undefined;
  /** Phone number in E.164 format, for example +493012345678. A changed number is no longer verified. */
  phoneNumber?: string | null | undefined;
  /** Settings of the application, at most 8 kB. Replaced as a whole. */
  preferences?: Record<string, unknown> | null | undefined;
  /** Public name: 3 to 32 letters, digits, underscores, dots or hyphens. Unique; upper and lower case do not differ. */
  username?: string | null | undefined;
};

/** Conditions on users. A user must meet all that are given. */
export type UserFilter = {
  /** Whether the account is active. */
  active?: boolean | null | undefined;
  /** Whether the e-mail address is verified. */
  emailVerified?: boolean | null | undefined;
  /** Whether an administrator has locked the account. */
  locked?: boolean | null | undefined;
  /** Role of the user. */
  role?: UserRole | null | undefined;
  /** Prefix of the e-mail address or the username, at most 254 characters. Upper and lower case do not differ; there are no wildcards. */
  search?: string | null | undefined;
  /** Slug of your own tenant. Any other slug is refused (BAD_USER_INPUT). */
  tenant?: string | null | undefined;
};

/** What somebody may do at large. */
export type UserRole =
  /** May do everything. */
  | 'ADMIN'
  /** May also read and lock users, end their sessions and read the audit log. */
  | 'MODERATOR'
  /** May do what concerns the own account. */
  | 'USER';

/** A token that a service received, and the permissions that the service requires. */
export type VerifyTokenInput = {
  /** Permissions that the token must have to be active, at most 50. For an API key, both the key and its owner must have them. */
  requiredPermissions?: Array<string> | null | undefined;
  /** Access token or API key. */
  token: string;
};

export type LoginWithOldPasswordMutationVariables = Exact<{
  input: LoginInput;
}>;


export type LoginWithOldPasswordMutation = { login:
    | { __typename: 'AccountDisabledProblem' }
    | { __typename: 'AccountLockedProblem' }
    | { __typename: 'AuthInvalidInputProblem' }
    | { __typename: 'AuthRateLimitedProblem' }
    | { __typename: 'EmailVerificationRequired' }
    | { __typename: 'InvalidCredentialsProblem' }
    | { __typename: 'LoginSuccess' }
    | { __typename: 'MfaChallenge' }
    | { __typename: 'PasswordExpired', resetToken: string, expiresAt: string }
    | { __typename: 'SessionLimitProblem' }
   | null };

export type VerifyEmailMutationVariables = Exact<{
  token: string;
}>;


export type VerifyEmailMutation = { verifyEmail:
    | { __typename: 'AuthRateLimitedProblem', code: AuthProblemCode, message: string }
    | { __typename: 'InvalidTokenProblem', code: AuthProblemCode, message: string }
    | { __typename: 'VerifyEmailSuccess', user: { id: string, username: string | null, email: string | null, emailVerified: boolean | null } }
   | null };

export type DenyRegistrationMutationVariables = Exact<{
  token: string;
}>;


export type DenyRegistrationMutation = { denyRegistration:
    | { __typename: 'AuthRateLimitedProblem', code: AuthProblemCode, message: string }
    | { __typename: 'DenyRegistrationSuccess', denied: boolean }
    | { __typename: 'InvalidTokenProblem', code: AuthProblemCode, message: string }
   | null };

export type ResendMutationVariables = Exact<{
  input: ResendVerificationEmailInput;
}>;


export type ResendMutation = { resendVerificationEmail:
    | { __typename: 'AuthInvalidInputProblem', code: AuthProblemCode, message: string, issues: Array<{ path: Array<string>, code: string, message: string }> }
    | { __typename: 'AuthRateLimitedProblem', code: AuthProblemCode, message: string }
    | { __typename: 'ResendVerificationEmailSuccess', email: string }
   | null };

export type RequestResetMutationVariables = Exact<{
  input: RequestPasswordResetInput;
}>;


export type RequestResetMutation = { requestPasswordReset:
    | { __typename: 'AuthInvalidInputProblem', code: AuthProblemCode, message: string, issues: Array<{ path: Array<string>, code: string, message: string }> }
    | { __typename: 'AuthRateLimitedProblem', code: AuthProblemCode, message: string }
    | { __typename: 'RequestPasswordResetSuccess', email: string }
   | null };

export type UnlockAccountMutationVariables = Exact<{
  token: string;
}>;


export type UnlockAccountMutation = { unlockAccount:
    | { __typename: 'AuthRateLimitedProblem', code: AuthProblemCode, message: string }
    | { __typename: 'InvalidTokenProblem', code: AuthProblemCode, message: string }
    | { __typename: 'UnlockAccountSuccess', unlocked: boolean }
   | null };

export type ResetPasswordMutationVariables = Exact<{
  input: ResetPasswordInput;
}>;


export type ResetPasswordMutation = { resetPassword:
    | { __typename: 'AuthInvalidInputProblem', code: AuthProblemCode, message: string }
    | { __typename: 'AuthRateLimitedProblem', code: AuthProblemCode, message: string }
    | { __typename: 'InvalidTokenProblem', code: AuthProblemCode, message: string }
    | { __typename: 'PasswordReusedProblem', historySize: number, code: AuthProblemCode, message: string }
    | { __typename: 'ResetPasswordSuccess', revokedSessions: number }
    | { __typename: 'WeakPasswordProblem', unmet: Array<PasswordRequirement>, code: AuthProblemCode, message: string }
   | null };

export type ChangePasswordMutationVariables = Exact<{
  input: ChangePasswordInput;
}>;


export type ChangePasswordMutation = { changePassword:
    | { __typename: 'AccountLockedProblem', code: AuthProblemCode, message: string }
    | { __typename: 'AuthInvalidInputProblem', code: AuthProblemCode, message: string }
    | { __typename: 'AuthRateLimitedProblem', code: AuthProblemCode, message: string }
    | { __typename: 'ChangePasswordSuccess', revokedSessions: number, deviceToken: string | null, tokens: { accessToken: string | null, refreshToken: string | null, csrfToken: string | null } }
    | { __typename: 'InvalidCredentialsProblem', code: AuthProblemCode, message: string }
    | { __typename: 'PasswordReusedProblem', historySize: number, code: AuthProblemCode, message: string }
    | { __typename: 'WeakPasswordProblem', unmet: Array<PasswordRequirement>, code: AuthProblemCode, message: string }
   | null };

export type UpdateProfileMutationVariables = Exact<{
  input: UpdateProfileInput;
}>;


export type UpdateProfileMutation = { updateProfile:
    | { __typename: 'AuthInvalidInputProblem', code: AuthProblemCode, message: string, issues: Array<{ path: Array<string>, code: string, message: string }> }
    | { __typename: 'AuthRateLimitedProblem', code: AuthProblemCode, message: string }
    | { __typename: 'UpdateProfileSuccess', user: { id: string, username: string | null, displayName: string, firstName: string | null, lastName: string | null, phoneNumber: string | null, phoneVerified: boolean | null, preferences: Record<string, unknown> | null } }
    | { __typename: 'UsernameTakenProblem', code: AuthProblemCode, message: string }
   | null };

export type RequestEmailChangeMutationVariables = Exact<{
  input: RequestEmailChangeInput;
}>;


export type RequestEmailChangeMutation = { requestEmailChange:
    | { __typename: 'AccountLockedProblem', code: AuthProblemCode, message: string }
    | { __typename: 'AuthInvalidInputProblem', code: AuthProblemCode, message: string, issues: Array<{ path: Array<string>, code: string, message: string }> }
    | { __typename: 'AuthRateLimitedProblem', code: AuthProblemCode, message: string }
    | { __typename: 'InvalidCredentialsProblem', code: AuthProblemCode, message: string }
    | { __typename: 'RequestEmailChangeSuccess', newEmail: string }
   | null };

export type ConfirmEmailChangeMutationVariables = Exact<{
  token: string;
}>;


export type ConfirmEmailChangeMutation = { confirmEmailChange:
    | { __typename: 'AuthRateLimitedProblem', code: AuthProblemCode, message: string }
    | { __typename: 'ConfirmEmailChangeSuccess', user: { id: string, email: string | null, emailVerified: boolean | null } }
    | { __typename: 'EmailTakenProblem', code: AuthProblemCode, message: string }
    | { __typename: 'InvalidTokenProblem', code: AuthProblemCode, message: string }
   | null };

export type UndoEmailChangeMutationVariables = Exact<{
  token: string;
}>;


export type UndoEmailChangeMutation = { undoEmailChange:
    | { __typename: 'AuthRateLimitedProblem', code: AuthProblemCode, message: string }
    | { __typename: 'InvalidTokenProblem', code: AuthProblemCode, message: string }
    | { __typename: 'UndoEmailChangeSuccess', revokedSessions: number }
   | null };

export type DeleteAccountMutationVariables = Exact<{
  input: DeleteAccountInput;
}>;


export type DeleteAccountMutation = { deleteAccount:
    | { __typename: 'AccountLockedProblem', code: AuthProblemCode, message: string }
    | { __typename: 'AuthInvalidInputProblem', code: AuthProblemCode, message: string, issues: Array<{ path: Array<string>, code: string, message: string }> }
    | { __typename: 'AuthRateLimitedProblem', code: AuthProblemCode, message: string }
    | { __typename: 'DeleteAccountSuccess', userId: string }
    | { __typename: 'InvalidCredentialsProblem', code: AuthProblemCode, message: string }
   | null };

export type ReauthenticateMutationVariables = Exact<{
  password: string;
}>;


export type ReauthenticateMutation = { reauthenticate:
    | { __typename: 'AccountLockedProblem', code: AuthProblemCode, message: string }
    | { __typename: 'AuthRateLimitedProblem', code: AuthProblemCode, message: string }
    | { __typename: 'InvalidCredentialsProblem', code: AuthProblemCode, message: string }
    | { __typename: 'ReauthenticateSuccess', tokens: { accessToken: string | null, refreshToken: string | null, csrfToken: string | null } }
   | null };

export type UserQueryVariables = Exact<{
  id: string | number;
}>;


export type UserQuery = { user: { id: string, displayName: string, email: string | null, role: UserRole | null, permissions: Array<string> | null, active: boolean | null, locked: boolean | null, lockedUntil: string | null, sessions: { totalCount: number } | null } | null };

export type UsersQueryVariables = Exact<{
  filter?: UserFilter | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}>;


export type UsersQuery = { users: { totalCount: number | null, edges: Array<{ cursor: string, node: { id: string } }>, nodes: Array<{ id: string, email: string | null, username: string | null, role: UserRole | null, active: boolean | null, locked: boolean | null, emailVerified: boolean | null }>, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null } } | null };

export type SetUserRoleMutationVariables = Exact<{
  input: SetUserRoleInput;
}>;


export type SetUserRoleMutation = { setUserRole:
    | { __typename: 'AuthInvalidInputProblem', code: AuthProblemCode, message: string, issues: Array<{ path: Array<string>, code: string, message: string }> }
    | { __typename: 'AuthNotFoundProblem', code: AuthProblemCode, message: string }
    | { __typename: 'AuthRateLimitedProblem', code: AuthProblemCode, message: string }
    | { __typename: 'ReauthenticationRequiredProblem', maxAgeSeconds: number, code: AuthProblemCode, message: string }
    | { __typename: 'UserChangeSuccess', user: { id: string, role: UserRole | null, permissions: Array<string> | null } }
   | null };

export type LockUserMutationVariables = Exact<{
  input: LockUserInput;
}>;


export type LockUserMutation = { lockUser:
    | { __typename: 'AuthInvalidInputProblem', code: AuthProblemCode, message: string, issues: Array<{ path: Array<string>, code: string, message: string }> }
    | { __typename: 'AuthNotFoundProblem', code: AuthProblemCode, message: string }
    | { __typename: 'AuthRateLimitedProblem', code: AuthProblemCode, message: string }
    | { __typename: 'UserChangeSuccess', user: { id: string, locked: boolean | null, lockedUntil: string | null } }
   | null };

export type UnlockUserMutationVariables = Exact<{
  input: UnlockUserInput;
}>;


export type UnlockUserMutation = { unlockUser:
    | { __typename: 'AuthNotFoundProblem', code: AuthProblemCode, message: string }
    | { __typename: 'AuthRateLimitedProblem', code: AuthProblemCode, message: string }
    | { __typename: 'UserChangeSuccess', user: { id: string, locked: boolean | null, lockedUntil: string | null } }
   | null };

export type SetUserActiveMutationVariables = Exact<{
  input: SetUserActiveInput;
}>;


export type SetUserActiveMutation = { setUserActive:
    | { __typename: 'AuthInvalidInputProblem', code: AuthProblemCode, message: string, issues: Array<{ path: Array<string>, code: string, message: string }> }
    | { __typename: 'AuthNotFoundProblem', code: AuthProblemCode, message: string }
    | { __typename: 'AuthRateLimitedProblem', code: AuthProblemCode, message: string }
    | { __typename: 'UserChangeSuccess', user: { id: string, active: boolean | null } }
   | null };

export type RevokeUserSessionsMutationVariables = Exact<{
  input: RevokeUserSessionsInput;
}>;


export type RevokeUserSessionsMutation = { revokeUserSessions:
    | { __typename: 'AuthNotFoundProblem', code: AuthProblemCode, message: string }
    | { __typename: 'AuthRateLimitedProblem', code: AuthProblemCode, message: string }
    | { __typename: 'RevokeUserSessionsSuccess', revokedSessions: number }
   | null };

export type CreateApiKeyMutationVariables = Exact<{
  input: CreateApiKeyInput;
}>;


export type CreateApiKeyMutation = { createApiKey:
    | { __typename: 'AuthInvalidInputProblem', code: AuthProblemCode, message: string, issues: Array<{ path: Array<string>, code: string, message: string }> }
    | { __typename: 'AuthRateLimitedProblem', code: AuthProblemCode, message: string }
    | { __typename: 'CreateApiKeySuccess', secret: string, apiKey: { id: string, name: string, prefix: string, permissions: Array<string>, rateLimit: string | null, createdAt: string, lastUsedAt: string | null, expiresAt: string | null, revokedAt: string | null, owner: { id: string } } }
    | { __typename: 'ReauthenticationRequiredProblem', maxAgeSeconds: number, code: AuthProblemCode, message: string }
   | null };

export type RevokeApiKeyMutationVariables = Exact<{
  input: RevokeApiKeyInput;
}>;


export type RevokeApiKeyMutation = { revokeApiKey:
    | { __typename: 'AuthNotFoundProblem', code: AuthProblemCode, message: string }
    | { __typename: 'AuthRateLimitedProblem', code: AuthProblemCode, message: string }
    | { __typename: 'RevokeApiKeySuccess', apiKey: { id: string, revokedAt: string | null } }
   | null };

export type ApiKeysQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}>;


export type ApiKeysQuery = { apiKeys: { nodes: Array<{ id: string, name: string, prefix: string, permissions: Array<string>, lastUsedAt: string | null, revokedAt: string | null, owner: { id: string, email: string | null } }>, edges: Array<{ cursor: string, node: { id: string } }>, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null } } | null };

export type AuditEventsQueryVariables = Exact<{
  filter?: AuditEventFilter | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}>;


export type AuditEventsQuery = { auditEvents: { edges: Array<{ cursor: string, node: { id: string } }>, nodes: Array<{ id: string, type: AuditEventType, createdAt: string, ipAddress: string | null, userAgent: string | null, requestId: string | null, reason: string | null, details: Record<string, unknown>, user: { id: string, email: string | null } | null, actor: { id: string, email: string | null } | null }>, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null } } | null };

export type RegisterMutationVariables = Exact<{
  input: RegisterInput;
}>;


export type RegisterMutation = { register:
    | { __typename: 'AuthInvalidInputProblem', code: AuthProblemCode, message: string, issues: Array<{ path: Array<string>, code: string, message: string }> }
    | { __typename: 'AuthRateLimitedProblem', code: AuthProblemCode, message: string }
    | { __typename: 'EmailTakenProblem', code: AuthProblemCode, message: string }
    | { __typename: 'RegisterSuccess', deviceToken: string | null, user: { id: string, username: string | null, displayName: string, email: string | null, emailVerified: boolean | null, firstName: string | null, lastName: string | null, phoneNumber: string | null, role: UserRole | null, loginCount: number | null, lastLoginAt: string | null, createdAt: string | null }, session: { id: string, current: boolean, createdAt: string, lastUsedAt: string, expiresAt: string, rememberMe: boolean, ipAddress: string | null, userAgent: string | null, user: { id: string, email: string | null }, device: { name: string, browser: string | null, os: string | null, type: SessionDeviceType } }, tokens: { accessToken: string | null, tokenType: string, expiresIn: number, accessTokenExpiresAt: string, refreshToken: string | null, refreshTokenExpiresAt: string, csrfToken: string | null } }
    | { __typename: 'RegistrationPending', email: string }
    | { __typename: 'UsernameTakenProblem', code: AuthProblemCode, message: string }
    | { __typename: 'WeakPasswordProblem', score: number, unmet: Array<PasswordRequirement>, suggestions: Array<string>, code: AuthProblemCode, message: string }
   | null };

export type LoginMutationVariables = Exact<{
  input: LoginInput;
}>;


export type LoginMutation = { login:
    | { __typename: 'AccountDisabledProblem', code: AuthProblemCode, message: string }
    | { __typename: 'AccountLockedProblem', unlocksAt: string | null, retryAfterSeconds: number | null, code: AuthProblemCode, message: string }
    | { __typename: 'AuthInvalidInputProblem', code: AuthProblemCode, message: string, issues: Array<{ path: Array<string>, code: string, message: string }> }
    | { __typename: 'AuthRateLimitedProblem', code: AuthProblemCode, message: string }
    | { __typename: 'EmailVerificationRequired' }
    | { __typename: 'InvalidCredentialsProblem', code: AuthProblemCode, message: string }
    | { __typename: 'LoginSuccess', deviceToken: string | null, user: { id: string, username: string | null, email: string | null, role: UserRole | null, loginCount: number | null, lastLoginAt: string | null }, session: { id: string, current: boolean, createdAt: string, expiresAt: string, rememberMe: boolean, riskSignals: Array<RiskSignal>, device: { name: string, browser: string | null, os: string | null, type: SessionDeviceType } }, tokens: { accessToken: string | null, tokenType: string, expiresIn: number, accessTokenExpiresAt: string, refreshToken: string | null, refreshTokenExpiresAt: string, csrfToken: string | null } }
    | { __typename: 'MfaChallenge' }
    | { __typename: 'PasswordExpired' }
    | { __typename: 'SessionLimitProblem', limit: number, code: AuthProblemCode, message: string }
   | null };

export type RefreshMutationVariables = Exact<{
  input?: RefreshInput | null | undefined;
}>;


export type RefreshMutation = { refresh:
    | { __typename: 'AuthRateLimitedProblem', code: AuthProblemCode, message: string }
    | { __typename: 'DeviceMismatchProblem', code: AuthProblemCode, message: string }
    | { __typename: 'InvalidRefreshTokenProblem', code: AuthProblemCode, message: string }
    | { __typename: 'RefreshSuccess', session: { id: string, current: boolean, lastUsedAt: string, expiresAt: string, ipAddress: string | null, riskSignals: Array<RiskSignal>, user: { id: string, email: string | null, role: UserRole | null } }, tokens: { accessToken: string | null, tokenType: string, expiresIn: number, accessTokenExpiresAt: string, refreshToken: string | null, refreshTokenExpiresAt: string, csrfToken: string | null } }
    | { __typename: 'RefreshTokenReusedProblem', code: AuthProblemCode, message: string }
   | null };

export type LogoutMutationVariables = Exact<{
  input?: LogoutInput | null | undefined;
}>;


export type LogoutMutation = { logout:
    | { __typename: 'AuthRateLimitedProblem', code: AuthProblemCode, message: string }
    | { __typename: 'LogoutSuccess', revokedSessions: number }
   | null };

export type RevokeSessionMutationVariables = Exact<{
  input: RevokeSessionInput;
}>;


export type RevokeSessionMutation = { revokeSession:
    | { __typename: 'AuthNotFoundProblem', code: AuthProblemCode, message: string }
    | { __typename: 'AuthRateLimitedProblem', code: AuthProblemCode, message: string }
    | { __typename: 'RevokeSessionSuccess', session: { id: string, current: boolean } }
   | null };

export type RevokeOtherSessionsMutationVariables = Exact<{ [key: string]: never; }>;


export type RevokeOtherSessionsMutation = { revokeOtherSessions:
    | { __typename: 'AuthRateLimitedProblem', code: AuthProblemCode, message: string }
    | { __typename: 'RevokeOtherSessionsSuccess', revokedSessions: number }
   | null };

export type MeQueryVariables = Exact<{ [key: string]: never; }>;


export type MeQuery = { me: { id: string, username: string | null, displayName: string, email: string | null, role: UserRole | null, permissions: Array<string> | null, active: boolean | null, loginCount: number | null, lastLoginAt: string | null } | null };

export type CsrfTokenQueryVariables = Exact<{ [key: string]: never; }>;


export type CsrfTokenQuery = { csrfToken: string | null };

export type CurrentSessionQueryVariables = Exact<{ [key: string]: never; }>;


export type CurrentSessionQuery = { currentSession: { id: string, current: boolean } | null };

export type SecurityEventsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}>;


export type SecurityEventsQuery = { securityEvents: { nodes: Array<{ id: string, type: AuditEventType, createdAt: string, ipAddress: string | null, sessionId: string | null, device: { name: string, browser: string | null, os: string | null, type: SessionDeviceType } }>, edges: Array<{ cursor: string, node: { id: string } }>, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null } } | null };

export type SessionsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}>;


export type SessionsQuery = { sessions: { totalCount: number, nodes: Array<{ id: string, current: boolean, createdAt: string, rememberMe: boolean, device: { name: string, browser: string | null, os: string | null, type: SessionDeviceType } }>, edges: Array<{ cursor: string, node: { id: string } }>, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null } } | null };

export type ReportSessionMutationVariables = Exact<{
  input: ReportUnrecognizedSessionInput;
}>;


export type ReportSessionMutation = { reportUnrecognizedSession:
    | { __typename: 'AuthInvalidInputProblem', code: AuthProblemCode, message: string, issues: Array<{ path: Array<string>, code: string }> }
    | { __typename: 'AuthNotFoundProblem', code: AuthProblemCode, message: string }
    | { __typename: 'AuthRateLimitedProblem', code: AuthProblemCode, message: string }
    | { __typename: 'InvalidTokenProblem', code: AuthProblemCode, message: string }
    | { __typename: 'ReportUnrecognizedSessionSuccess', revokedSessions: number }
   | null };

export type PasswordPolicyQueryVariables = Exact<{
  tenant?: string | null | undefined;
}>;


export type PasswordPolicyQuery = { passwordPolicy: { minLength: number, maxLength: number, requireUppercase: boolean, requireLowercase: boolean, requireDigit: boolean, requireSymbol: boolean, minScore: number, rejectBreached: boolean, historySize: number, maxAgeDays: number | null } | null };

export type CheckPasswordStrengthMutationVariables = Exact<{
  input: CheckPasswordStrengthInput;
}>;


export type CheckPasswordStrengthMutation = { checkPasswordStrength:
    | { __typename: 'AuthInvalidInputProblem', code: AuthProblemCode, message: string, issues: Array<{ path: Array<string>, code: string }> }
    | { __typename: 'AuthRateLimitedProblem', code: AuthProblemCode, message: string }
    | { __typename: 'PasswordStrength', acceptable: boolean, score: number, unmet: Array<PasswordRequirement>, breached: boolean | null, suggestions: Array<string> }
   | null };

export type GeneratePasswordMutationVariables = Exact<{
  input?: GeneratePasswordInput | null | undefined;
}>;


export type GeneratePasswordMutation = { generatePassword:
    | { __typename: 'AuthInvalidInputProblem', code: AuthProblemCode, message: string, issues: Array<{ path: Array<string>, code: string }> }
    | { __typename: 'AuthRateLimitedProblem', code: AuthProblemCode, message: string }
    | { __typename: 'GeneratePasswordSuccess', password: string, score: number }
   | null };

export type VerifyTokenQueryVariables = Exact<{
  input: VerifyTokenInput;
}>;


export type VerifyTokenQuery = { verifyToken: { active: boolean, reason: TokenRejection | null, subject: string | null, sessionId: string | null, tenantId: string | null, role: UserRole | null, permissions: Array<string>, missingPermissions: Array<string>, issuedAt: string | null, expiresAt: string | null } | null };

export type RevokeTokenMutationVariables = Exact<{
  input: RevokeTokenInput;
}>;


export type RevokeTokenMutation = { revokeToken:
    | { __typename: 'AuthInvalidInputProblem', code: AuthProblemCode, message: string, issues: Array<{ path: Array<string>, code: string }> }
    | { __typename: 'AuthRateLimitedProblem', code: AuthProblemCode, message: string }
    | { __typename: 'InvalidTokenProblem', code: AuthProblemCode, message: string }
    | { __typename: 'RevokeTokenSuccess', jti: string, expiresAt: string }
   | null };

export type RevocationStatsQueryVariables = Exact<{ [key: string]: never; }>;


export type RevocationStatsQuery = { revocationStats: { revokedSessions: number, revokedUsers: number, revokedTokens: number, oldestExpiresAt: string | null } | null };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}

export const LoginWithOldPasswordDocument = new TypedDocumentString(`
    mutation LoginWithOldPassword($input: LoginInput!) {
  login(input: $input) {
    __typename
    ... on PasswordExpired {
      resetToken
      expiresAt
    }
  }
}
    `) as unknown as TypedDocumentString<LoginWithOldPasswordMutation, LoginWithOldPasswordMutationVariables>;
export const VerifyEmailDocument = new TypedDocumentString(`
    mutation VerifyEmail($token: String!) {
  verifyEmail(input: {token: $token}) {
    __typename
    ... on VerifyEmailSuccess {
      user {
        id
        username
        email
        emailVerified
      }
    }
    ... on AuthProblem {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<VerifyEmailMutation, VerifyEmailMutationVariables>;
export const DenyRegistrationDocument = new TypedDocumentString(`
    mutation DenyRegistration($token: String!) {
  denyRegistration(input: {token: $token}) {
    __typename
    ... on DenyRegistrationSuccess {
      denied
    }
    ... on AuthProblem {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<DenyRegistrationMutation, DenyRegistrationMutationVariables>;
export const ResendDocument = new TypedDocumentString(`
    mutation Resend($input: ResendVerificationEmailInput!) {
  resendVerificationEmail(input: $input) {
    __typename
    ... on ResendVerificationEmailSuccess {
      email
    }
    ... on AuthInvalidInputProblem {
      issues {
        path
        code
        message
      }
    }
    ... on AuthProblem {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<ResendMutation, ResendMutationVariables>;
export const RequestResetDocument = new TypedDocumentString(`
    mutation RequestReset($input: RequestPasswordResetInput!) {
  requestPasswordReset(input: $input) {
    __typename
    ... on RequestPasswordResetSuccess {
      email
    }
    ... on AuthInvalidInputProblem {
      issues {
        path
        code
        message
      }
    }
    ... on AuthProblem {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<RequestResetMutation, RequestResetMutationVariables>;
export const UnlockAccountDocument = new TypedDocumentString(`
    mutation UnlockAccount($token: String!) {
  unlockAccount(input: {token: $token}) {
    __typename
    ... on UnlockAccountSuccess {
      unlocked
    }
    ... on AuthProblem {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<UnlockAccountMutation, UnlockAccountMutationVariables>;
export const ResetPasswordDocument = new TypedDocumentString(`
    mutation ResetPassword($input: ResetPasswordInput!) {
  resetPassword(input: $input) {
    __typename
    ... on ResetPasswordSuccess {
      revokedSessions
    }
    ... on WeakPasswordProblem {
      unmet
    }
    ... on PasswordReusedProblem {
      historySize
    }
    ... on AuthProblem {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<ResetPasswordMutation, ResetPasswordMutationVariables>;
export const ChangePasswordDocument = new TypedDocumentString(`
    mutation ChangePassword($input: ChangePasswordInput!) {
  changePassword(input: $input) {
    __typename
    ... on ChangePasswordSuccess {
      revokedSessions
      tokens {
        accessToken
        refreshToken
        csrfToken
      }
      deviceToken
    }
    ... on WeakPasswordProblem {
      unmet
    }
    ... on PasswordReusedProblem {
      historySize
    }
    ... on AuthProblem {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<ChangePasswordMutation, ChangePasswordMutationVariables>;
export const UpdateProfileDocument = new TypedDocumentString(`
    mutation UpdateProfile($input: UpdateProfileInput!) {
  updateProfile(input: $input) {
    __typename
    ... on UpdateProfileSuccess {
      user {
        id
        username
        displayName
        firstName
        lastName
        phoneNumber
        phoneVerified
        preferences
      }
    }
    ... on AuthInvalidInputProblem {
      issues {
        path
        code
        message
      }
    }
    ... on AuthProblem {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<UpdateProfileMutation, UpdateProfileMutationVariables>;
export const RequestEmailChangeDocument = new TypedDocumentString(`
    mutation RequestEmailChange($input: RequestEmailChangeInput!) {
  requestEmailChange(input: $input) {
    __typename
    ... on RequestEmailChangeSuccess {
      newEmail
    }
    ... on AuthInvalidInputProblem {
      issues {
        path
        code
        message
      }
    }
    ... on AuthProblem {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<RequestEmailChangeMutation, RequestEmailChangeMutationVariables>;
export const ConfirmEmailChangeDocument = new TypedDocumentString(`
    mutation ConfirmEmailChange($token: String!) {
  confirmEmailChange(input: {token: $token}) {
    __typename
    ... on ConfirmEmailChangeSuccess {
      user {
        id
        email
        emailVerified
      }
    }
    ... on AuthProblem {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<ConfirmEmailChangeMutation, ConfirmEmailChangeMutationVariables>;
export const UndoEmailChangeDocument = new TypedDocumentString(`
    mutation UndoEmailChange($token: String!) {
  undoEmailChange(input: {token: $token}) {
    __typename
    ... on UndoEmailChangeSuccess {
      revokedSessions
    }
    ... on AuthProblem {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<UndoEmailChangeMutation, UndoEmailChangeMutationVariables>;
export const DeleteAccountDocument = new TypedDocumentString(`
    mutation DeleteAccount($input: DeleteAccountInput!) {
  deleteAccount(input: $input) {
    __typename
    ... on DeleteAccountSuccess {
      userId
    }
    ... on AuthInvalidInputProblem {
      issues {
        path
        code
        message
      }
    }
    ... on AuthProblem {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<DeleteAccountMutation, DeleteAccountMutationVariables>;
export const ReauthenticateDocument = new TypedDocumentString(`
    mutation Reauthenticate($password: String!) {
  reauthenticate(input: {password: $password}) {
    __typename
    ... on ReauthenticateSuccess {
      tokens {
        accessToken
        refreshToken
        csrfToken
      }
    }
    ... on AuthProblem {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<ReauthenticateMutation, ReauthenticateMutationVariables>;
export const UserDocument = new TypedDocumentString(`
    query User($id: ID!) {
  user(id: $id) {
    id
    displayName
    email
    role
    permissions
    active
    locked
    lockedUntil
    sessions {
      totalCount
    }
  }
}
    `) as unknown as TypedDocumentString<UserQuery, UserQueryVariables>;
export const UsersDocument = new TypedDocumentString(`
    query Users($filter: UserFilter, $first: Int, $after: String, $last: Int, $before: String) {
  users(
    filter: $filter
    first: $first
    after: $after
    last: $last
    before: $before
  ) {
    edges {
      cursor
      node {
        id
      }
    }
    nodes {
      id
      email
      username
      role
      active
      locked
      emailVerified
    }
    pageInfo {
      hasNextPage
      hasPreviousPage
      startCursor
      endCursor
    }
    totalCount
  }
}
    `) as unknown as TypedDocumentString<UsersQuery, UsersQueryVariables>;
export const SetUserRoleDocument = new TypedDocumentString(`
    mutation SetUserRole($input: SetUserRoleInput!) {
  setUserRole(input: $input) {
    __typename
    ... on UserChangeSuccess {
      user {
        id
        role
        permissions
      }
    }
    ... on ReauthenticationRequiredProblem {
      maxAgeSeconds
    }
    ... on AuthInvalidInputProblem {
      issues {
        path
        code
        message
      }
    }
    ... on AuthProblem {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<SetUserRoleMutation, SetUserRoleMutationVariables>;
export const LockUserDocument = new TypedDocumentString(`
    mutation LockUser($input: LockUserInput!) {
  lockUser(input: $input) {
    __typename
    ... on UserChangeSuccess {
      user {
        id
        locked
        lockedUntil
      }
    }
    ... on AuthInvalidInputProblem {
      issues {
        path
        code
        message
      }
    }
    ... on AuthProblem {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<LockUserMutation, LockUserMutationVariables>;
export const UnlockUserDocument = new TypedDocumentString(`
    mutation UnlockUser($input: UnlockUserInput!) {
  unlockUser(input: $input) {
    __typename
    ... on UserChangeSuccess {
      user {
        id
        locked
        lockedUntil
      }
    }
    ... on AuthProblem {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<UnlockUserMutation, UnlockUserMutationVariables>;
export const SetUserActiveDocument = new TypedDocumentString(`
    mutation SetUserActive($input: SetUserActiveInput!) {
  setUserActive(input: $input) {
    __typename
    ... on UserChangeSuccess {
      user {
        id
        active
      }
    }
    ... on AuthInvalidInputProblem {
      issues {
        path
        code
        message
      }
    }
    ... on AuthProblem {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<SetUserActiveMutation, SetUserActiveMutationVariables>;
export const RevokeUserSessionsDocument = new TypedDocumentString(`
    mutation RevokeUserSessions($input: RevokeUserSessionsInput!) {
  revokeUserSessions(input: $input) {
    __typename
    ... on RevokeUserSessionsSuccess {
      revokedSessions
    }
    ... on AuthProblem {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<RevokeUserSessionsMutation, RevokeUserSessionsMutationVariables>;
export const CreateApiKeyDocument = new TypedDocumentString(`
    mutation CreateApiKey($input: CreateApiKeyInput!) {
  createApiKey(input: $input) {
    __typename
    ... on CreateApiKeySuccess {
      secret
      apiKey {
        id
        name
        prefix
        permissions
        rateLimit
        createdAt
        lastUsedAt
        expiresAt
        revokedAt
        owner {
          id
        }
      }
    }
    ... on AuthInvalidInputProblem {
      issues {
        path
        code
        message
      }
    }
    ... on ReauthenticationRequiredProblem {
      maxAgeSeconds
    }
    ... on AuthProblem {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<CreateApiKeyMutation, CreateApiKeyMutationVariables>;
export const RevokeApiKeyDocument = new TypedDocumentString(`
    mutation RevokeApiKey($input: RevokeApiKeyInput!) {
  revokeApiKey(input: $input) {
    __typename
    ... on RevokeApiKeySuccess {
      apiKey {
        id
        revokedAt
      }
    }
    ... on AuthProblem {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<RevokeApiKeyMutation, RevokeApiKeyMutationVariables>;
export const ApiKeysDocument = new TypedDocumentString(`
    query ApiKeys($first: Int, $after: String, $last: Int, $before: String) {
  apiKeys(first: $first, after: $after, last: $last, before: $before) {
    nodes {
      id
      name
      prefix
      permissions
      lastUsedAt
      revokedAt
      owner {
        id
        email
      }
    }
    edges {
      cursor
      node {
        id
      }
    }
    pageInfo {
      hasNextPage
      hasPreviousPage
      startCursor
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<ApiKeysQuery, ApiKeysQueryVariables>;
export const AuditEventsDocument = new TypedDocumentString(`
    query AuditEvents($filter: AuditEventFilter, $first: Int, $after: String, $last: Int, $before: String) {
  auditEvents(
    filter: $filter
    first: $first
    after: $after
    last: $last
    before: $before
  ) {
    edges {
      cursor
      node {
        id
      }
    }
    nodes {
      id
      type
      createdAt
      ipAddress
      userAgent
      requestId
      reason
      details
      user {
        id
        email
      }
      actor {
        id
        email
      }
    }
    pageInfo {
      hasNextPage
      hasPreviousPage
      startCursor
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<AuditEventsQuery, AuditEventsQueryVariables>;
export const RegisterDocument = new TypedDocumentString(`
    mutation Register($input: RegisterInput!) {
  register(input: $input) {
    __typename
    ... on RegisterSuccess {
      user {
        id
        username
        displayName
        email
        emailVerified
        firstName
        lastName
        phoneNumber
        role
        loginCount
        lastLoginAt
        createdAt
      }
      session {
        id
        current
        createdAt
        lastUsedAt
        expiresAt
        rememberMe
        ipAddress
        userAgent
        user {
          id
          email
        }
        device {
          name
          browser
          os
          type
        }
      }
      tokens {
        accessToken
        tokenType
        expiresIn
        accessTokenExpiresAt
        refreshToken
        refreshTokenExpiresAt
        csrfToken
      }
      deviceToken
    }
    ... on RegistrationPending {
      email
    }
    ... on AuthInvalidInputProblem {
      issues {
        path
        code
        message
      }
    }
    ... on WeakPasswordProblem {
      score
      unmet
      suggestions
    }
    ... on AuthProblem {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<RegisterMutation, RegisterMutationVariables>;
export const LoginDocument = new TypedDocumentString(`
    mutation Login($input: LoginInput!) {
  login(input: $input) {
    __typename
    ... on LoginSuccess {
      user {
        id
        username
        email
        role
        loginCount
        lastLoginAt
      }
      session {
        id
        current
        createdAt
        expiresAt
        rememberMe
        riskSignals
        device {
          name
          browser
          os
          type
        }
      }
      tokens {
        accessToken
        tokenType
        expiresIn
        accessTokenExpiresAt
        refreshToken
        refreshTokenExpiresAt
        csrfToken
      }
      deviceToken
    }
    ... on AuthInvalidInputProblem {
      issues {
        path
        code
        message
      }
    }
    ... on AccountLockedProblem {
      unlocksAt
      retryAfterSeconds
    }
    ... on SessionLimitProblem {
      limit
    }
    ... on AuthProblem {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<LoginMutation, LoginMutationVariables>;
export const RefreshDocument = new TypedDocumentString(`
    mutation Refresh($input: RefreshInput) {
  refresh(input: $input) {
    __typename
    ... on RefreshSuccess {
      session {
        id
        current
        lastUsedAt
        expiresAt
        ipAddress
        riskSignals
        user {
          id
          email
          role
        }
      }
      tokens {
        accessToken
        tokenType
        expiresIn
        accessTokenExpiresAt
        refreshToken
        refreshTokenExpiresAt
        csrfToken
      }
    }
    ... on AuthProblem {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<RefreshMutation, RefreshMutationVariables>;
export const LogoutDocument = new TypedDocumentString(`
    mutation Logout($input: LogoutInput) {
  logout(input: $input) {
    __typename
    ... on LogoutSuccess {
      revokedSessions
    }
    ... on AuthProblem {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<LogoutMutation, LogoutMutationVariables>;
export const RevokeSessionDocument = new TypedDocumentString(`
    mutation RevokeSession($input: RevokeSessionInput!) {
  revokeSession(input: $input) {
    __typename
    ... on RevokeSessionSuccess {
      session {
        id
        current
      }
    }
    ... on AuthProblem {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<RevokeSessionMutation, RevokeSessionMutationVariables>;
export const RevokeOtherSessionsDocument = new TypedDocumentString(`
    mutation RevokeOtherSessions {
  revokeOtherSessions {
    __typename
    ... on RevokeOtherSessionsSuccess {
      revokedSessions
    }
    ... on AuthProblem {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<RevokeOtherSessionsMutation, RevokeOtherSessionsMutationVariables>;
export const MeDocument = new TypedDocumentString(`
    query Me {
  me {
    id
    username
    displayName
    email
    role
    permissions
    active
    loginCount
    lastLoginAt
  }
}
    `) as unknown as TypedDocumentString<MeQuery, MeQueryVariables>;
export const CsrfTokenDocument = new TypedDocumentString(`
    query CsrfToken {
  csrfToken
}
    `) as unknown as TypedDocumentString<CsrfTokenQuery, CsrfTokenQueryVariables>;
export const CurrentSessionDocument = new TypedDocumentString(`
    query CurrentSession {
  currentSession {
    id
    current
  }
}
    `) as unknown as TypedDocumentString<CurrentSessionQuery, CurrentSessionQueryVariables>;
export const SecurityEventsDocument = new TypedDocumentString(`
    query SecurityEvents($first: Int, $after: String, $last: Int, $before: String) {
  securityEvents(first: $first, after: $after, last: $last, before: $before) {
    nodes {
      id
      type
      createdAt
      ipAddress
      sessionId
      device {
        name
        browser
        os
        type
      }
    }
    edges {
      cursor
      node {
        id
      }
    }
    pageInfo {
      hasNextPage
      hasPreviousPage
      startCursor
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<SecurityEventsQuery, SecurityEventsQueryVariables>;
export const SessionsDocument = new TypedDocumentString(`
    query Sessions($first: Int, $after: String, $last: Int, $before: String) {
  sessions(first: $first, after: $after, last: $last, before: $before) {
    totalCount
    nodes {
      id
      current
      createdAt
      rememberMe
      device {
        name
        browser
        os
        type
      }
    }
    edges {
      cursor
      node {
        id
      }
    }
    pageInfo {
      hasNextPage
      hasPreviousPage
      startCursor
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<SessionsQuery, SessionsQueryVariables>;
export const ReportSessionDocument = new TypedDocumentString(`
    mutation ReportSession($input: ReportUnrecognizedSessionInput!) {
  reportUnrecognizedSession(input: $input) {
    __typename
    ... on ReportUnrecognizedSessionSuccess {
      revokedSessions
    }
    ... on AuthInvalidInputProblem {
      issues {
        path
        code
      }
    }
    ... on AuthProblem {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<ReportSessionMutation, ReportSessionMutationVariables>;
export const PasswordPolicyDocument = new TypedDocumentString(`
    query PasswordPolicy($tenant: String) {
  passwordPolicy(tenant: $tenant) {
    minLength
    maxLength
    requireUppercase
    requireLowercase
    requireDigit
    requireSymbol
    minScore
    rejectBreached
    historySize
    maxAgeDays
  }
}
    `) as unknown as TypedDocumentString<PasswordPolicyQuery, PasswordPolicyQueryVariables>;
export const CheckPasswordStrengthDocument = new TypedDocumentString(`
    mutation CheckPasswordStrength($input: CheckPasswordStrengthInput!) {
  checkPasswordStrength(input: $input) {
    __typename
    ... on PasswordStrength {
      acceptable
      score
      unmet
      breached
      suggestions
    }
    ... on AuthInvalidInputProblem {
      issues {
        path
        code
      }
    }
    ... on AuthProblem {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<CheckPasswordStrengthMutation, CheckPasswordStrengthMutationVariables>;
export const GeneratePasswordDocument = new TypedDocumentString(`
    mutation GeneratePassword($input: GeneratePasswordInput) {
  generatePassword(input: $input) {
    __typename
    ... on GeneratePasswordSuccess {
      password
      score
    }
    ... on AuthInvalidInputProblem {
      issues {
        path
        code
      }
    }
    ... on AuthProblem {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<GeneratePasswordMutation, GeneratePasswordMutationVariables>;
export const VerifyTokenDocument = new TypedDocumentString(`
    query VerifyToken($input: VerifyTokenInput!) {
  verifyToken(input: $input) {
    active
    reason
    subject
    sessionId
    tenantId
    role
    permissions
    missingPermissions
    issuedAt
    expiresAt
  }
}
    `) as unknown as TypedDocumentString<VerifyTokenQuery, VerifyTokenQueryVariables>;
export const RevokeTokenDocument = new TypedDocumentString(`
    mutation RevokeToken($input: RevokeTokenInput!) {
  revokeToken(input: $input) {
    __typename
    ... on RevokeTokenSuccess {
      jti
      expiresAt
    }
    ... on AuthInvalidInputProblem {
      issues {
        path
        code
      }
    }
    ... on AuthProblem {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<RevokeTokenMutation, RevokeTokenMutationVariables>;
export const RevocationStatsDocument = new TypedDocumentString(`
    query RevocationStats {
  revocationStats {
    revokedSessions
    revokedUsers
    revokedTokens
    oldestExpiresAt
  }
}
    `) as unknown as TypedDocumentString<RevocationStatsQuery, RevocationStatsQueryVariables>;