/** How this GoTrue behaves; from the variables that the real one is set up with, under their own names. */
export type Settings = {
  issuer: string;
  /** Where mails lead to: GoTrue as browsers reach it. */
  externalUrl: string;
  siteUrl: string;
  /** Patterns of addresses that a mail may lead back to; `*` stops at `.` and `/`, `**` does not. */
  allowList: string[];
  disableSignup: boolean;
  autoconfirm: boolean;
  passwordMinLength: number;
  tokenSeconds: number;
  otpSeconds: number;
  /** How long after its first use a refresh token may be used once more. */
  reuseSeconds: number;
  /** The least time between two mails of one kind to one person. */
  mailEverySeconds: number;
  /** Signs the service key (HS256). */
  jwtSecret: string;
  smtp?: { host: string; port: number; from: string };
};

export function readSettings(env: Record<string, string | undefined>, url: string): Settings {
  const text = (name: string, fallback: string) => env[`GOTRUE_${name}`] || fallback;
  const number = (name: string, fallback: number) => Number(text(name, String(fallback)));
  const externalUrl = (env.API_EXTERNAL_URL || url).replace(/\/+$/, "");
  const host = env.GOTRUE_SMTP_HOST;
  const jwtSecret = text("JWT_SECRET", "");
  if (jwtSecret.length < 32) throw new Error("GOTRUE_JWT_SECRET must have at least 32 characters");
  return {
    issuer: text("JWT_ISSUER", externalUrl),
    externalUrl,
    siteUrl: text("SITE_URL", externalUrl),
    allowList: text("URI_ALLOW_LIST", "").split(",").filter(Boolean),
    disableSignup: text("DISABLE_SIGNUP", "false") === "true",
    autoconfirm: text("MAILER_AUTOCONFIRM", "false") === "true",
    passwordMinLength: number("PASSWORD_MIN_LENGTH", 6),
    tokenSeconds: number("JWT_EXP", 3600),
    otpSeconds: number("MAILER_OTP_EXP", 3600),
    reuseSeconds: number("SECURITY_REFRESH_TOKEN_REUSE_INTERVAL", 10),
    mailEverySeconds: Number.parseFloat(text("SMTP_MAX_FREQUENCY", "0s")),
    jwtSecret,
    ...(host
      ? { smtp: { host, port: number("SMTP_PORT", 587), from: text("SMTP_ADMIN_EMAIL", "noreply@localhost") } }
      : {}),
  };
}
