/** How a source knows who asks; values are names of settings, so that a declaration never holds a secret. */
export type Auth<Names extends string = string> =
  | { readonly type: 'none' }
  | { readonly type: 'basic'; readonly username: Names; readonly password: Names }
  | ApiKey<Names>
  | { readonly type: 'bearer'; readonly token: Names }
  | OAuth2<Names>
  | ServiceAccount<Names>;

/** A key that travels as it is: in a header, behind a scheme where there is one (`Klaviyo-API-Key abc`), or in the query. */
export interface ApiKey<Names extends string = string> {
  readonly type: 'api_key';
  readonly in: 'header' | 'query';
  readonly name: string;
  readonly key: Names;
  readonly scheme?: string;
}

/** A token from the token endpoint (RFC 6749 §4.4 and §6), asked for again when the source refuses it with 401. */
export interface OAuth2<Names extends string = string> {
  readonly type: 'oauth2';
  readonly grant: 'client_credentials' | 'refresh_token';
  readonly tokenUrl: Names;
  readonly clientId: Names;
  readonly clientSecret: Names;
  /** Of the grant `refresh_token`. */
  readonly refreshToken?: Names;
  readonly scope?: string;
}

/** A Google service account (RFC 7523): the setting holds its JSON key, or the JSON of an `authorized_user` with a refresh token. */
export interface ServiceAccount<Names extends string = string> {
  readonly type: 'service_account';
  readonly key: Names;
  readonly scopes: readonly string[];
}
