import type { SecretTexts } from './generated-secrets.ts'

/** The text of a first `.env`: secrets, and what production requires as comments. .env.example lists all variables. */
export function envFileText({ masterKey, refreshPeppers }: SecretTexts): string {
  return `# Configuration of Gatehouse. A start in this folder reads .env, except with NODE_ENV=production: then ENV_FILE names the file.
# Variables of the environment take precedence. docs/configuration.md and .env.example describe every variable.
# Values have no quotes, so that Docker and kubectl read this file as well.

# --- Secrets. Back them up apart from the database. Never commit this file. ---

# Encrypts the signing keys and the queued mails. Without it, all sessions are lost.
MASTER_KEY=${masterKey}

# Sign refresh tokens. To rotate, append a second id:secret pair.
REFRESH_PEPPERS=${refreshPeppers}

# --- Where the service is reached ---

# PORT=4000
# Loopback if unset; 0.0.0.0 for all interfaces.
# HOST=0.0.0.0
# Required in production, with https.
# PUBLIC_URL=https://auth.example.com
# Origins of the single-page applications that call the API.
# CORS_ORIGINS=https://app.example.com
# Reverse proxies whose X-Forwarded-For is trusted.
# TRUSTED_PROXIES=10.0.0.0/8

# --- Where data is stored ---

# Required in production. Without it, the database is embedded and stored in .gatehouse.
# DATABASE_URL=postgresql://gatehouse:password@db.example.com/gatehouse?sslmode=verify-full
# Required with more than one process.
# REDIS_URL=rediss://redis.example.com
# REPLICAS=1

# --- Pages that the links in mails open: those of the service, or those of an application ---

# PAGES=on
# LINK_TOKEN_IN=fragment
# APP_URL=https://app.example.com

# --- Mail. Production requires a transport and a sender, or MAIL=off. ---

# SMTP_URL=smtps://user:password@smtp.example.com
# MAIL_FROM=no-reply@example.com

# --- Mode ---

# NODE_ENV=production
`
}
