"""The grants that the service offers, on Authlib's: authorization code with PKCE, refresh with rotation, device.

Refusals carry the texts that the live service (Okta behind the vendor's name) answers with, because people search
for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from authlib.oauth2.rfc6749 import InvalidGrantError, InvalidRequestError, OAuth2Request, UnauthorizedClientError
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant, RefreshTokenGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc8628 import DeviceAuthorizationEndpoint, DeviceCodeGrant

from .records import Account, Application, AuthorizationCode, DeviceCode, RefreshToken, digest

if TYPE_CHECKING:
    from .server import SandboxAuthorizationServer

CODE_LIFETIME = 300  # seconds
DEVICE_CODE_LIFETIME = 600
DEVICE_POLL_INTERVAL = 5


class CodeGrant(AuthorizationCodeGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic", "client_secret_post", "none")
    server: SandboxAuthorizationServer

    @staticmethod
    def validate_authorization_redirect_uri(request: OAuth2Request, client: Application) -> str:
        redirect_uri: str | None = request.payload.redirect_uri
        if not redirect_uri or not client.check_redirect_uri(redirect_uri):
            # Authlib quotes the address; its characters may be ones that an error text must not hold.
            raise InvalidRequestError(
                "The 'redirect_uri' parameter must be a Login redirect URI in the client app settings."
            )
        return redirect_uri

    def validate_authorization_request(self) -> str:
        redirect_uri: str = super().validate_authorization_request()
        portal = self.server.portal
        if not portal.allows("secret", *(["pkce"] if self.request.payload.data.get("code_challenge") else [])):
            raise UnauthorizedClientError(
                "The client is not authorized to use the provided grant type.",
                redirect_uri=redirect_uri,
                state=self.request.payload.state,
            )
        if not self.request.payload.state:
            raise InvalidRequestError(
                "The authentication request has an invalid 'state' parameter.", redirect_uri=redirect_uri
            )
        if self.request.payload.data.get("code_challenge_method", "S256") != "S256":
            raise InvalidRequestError("Only the S256 code challenge method is supported.", redirect_uri=redirect_uri)
        return redirect_uri

    def save_authorization_code(self, code: str, request: OAuth2Request) -> None:
        with self.server.database.write() as connection:
            connection.execute(
                "INSERT INTO authorization_codes VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)",
                (
                    digest(code),
                    request.client.client_id,
                    request.user.id,
                    request.payload.redirect_uri,
                    request.scope or "",
                    request.payload.data.get("code_challenge"),
                    request.payload.data.get("code_challenge_method"),
                    self.server.clock.now() + CODE_LIFETIME,
                ),
            )

    def query_authorization_code(self, code: str, client: Application) -> AuthorizationCode:
        row = self.server.database.connection.execute(
            "SELECT * FROM authorization_codes WHERE code_hash = ?", (digest(code),)
        ).fetchone()
        if row is not None and row["grant_id"] is not None:
            # RFC 6749, 4.1.2: a code used twice ends what the first use gave.
            self.server.end_grant(row["grant_id"])
        if (
            row is None
            or row["grant_id"] is not None
            or row["client_id"] != client.client_id
            or row["expires_at"] <= self.server.clock.now()
        ):
            raise InvalidGrantError("The authorization code is invalid or has expired.")
        return AuthorizationCode(**dict(row))

    def delete_authorization_code(self, authorization_code: AuthorizationCode) -> None:
        pass  # marked as used in save_token, in the transaction that stores what it gave

    def authenticate_user(self, authorization_code: AuthorizationCode) -> Account | None:
        return Account.find(self.server.database.connection, authorization_code.account)


class Pkce(CodeChallenge):  # type: ignore[misc]
    SUPPORTED_CODE_CHALLENGE_METHOD = ("S256",)

    def get_authorization_code_challenge(self, code: AuthorizationCode) -> str | None:
        return code.code_challenge

    def get_authorization_code_challenge_method(self, code: AuthorizationCode) -> str | None:
        return code.code_challenge_method or "S256"

    def validate_code_verifier(self, grant: CodeGrant, result: object) -> None:
        request = grant.request
        if request.auth_method == "none" and not request.authorization_code.code_challenge:
            raise InvalidRequestError(
                "PKCE code challenge is required when the token endpoint authentication method is 'NONE'."
            )
        try:
            super().validate_code_verifier(grant, result)
        except InvalidGrantError as error:
            raise InvalidGrantError("PKCE verification failed.") from error


class RefreshGrant(RefreshTokenGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic", "client_secret_post", "none")
    INCLUDE_NEW_REFRESH_TOKEN = True
    server: SandboxAuthorizationServer

    def authenticate_refresh_token(self, refresh_token: str) -> RefreshToken:
        row = self.server.database.connection.execute(
            "SELECT r.*, g.revoked FROM refresh_tokens r JOIN grants g ON g.id = r.grant_id WHERE token_hash = ?",
            (digest(refresh_token),),
        ).fetchone()
        if row is not None and row["used_at"] is not None:
            # Somebody holds an old token: end the whole family, as rotation with reuse detection does.
            self.server.end_grant(row["grant_id"])
        if row is None or row["revoked"] or row["used_at"] is not None or row["expires_at"] <= self.server.clock.now():
            raise InvalidGrantError("The refresh token is invalid or expired.")
        values = dict(row)
        del values["revoked"]
        return RefreshToken(**values)

    def authenticate_user(self, refresh_token: RefreshToken) -> Account | None:
        return Account.find(self.server.database.connection, refresh_token.account)

    def revoke_old_credential(self, refresh_token: RefreshToken) -> None:
        pass  # marked as used in save_token, in the transaction that stores its successor


class DeviceGrant(DeviceCodeGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic", "client_secret_post", "none")
    server: SandboxAuthorizationServer

    def query_device_credential(self, device_code: str) -> DeviceCode | None:
        connection = self.server.database.connection
        row = connection.execute(
            "SELECT * FROM device_codes WHERE device_code_hash = ?", (digest(device_code),)
        ).fetchone()
        if row is None or row["used"]:
            raise InvalidGrantError("The device code is invalid or has expired.")
        return DeviceCode.from_row(row, self.server.clock.now())

    def query_user_grant(self, user_code: str) -> tuple[Account, bool] | None:
        connection = self.server.database.connection
        row = connection.execute(
            "SELECT account, decision FROM device_codes WHERE user_code = ?", (user_code,)
        ).fetchone()
        if row is None or row["decision"] is None:
            return None
        account = Account.find(connection, row["account"])
        return None if account is None else (account, row["decision"] == "allow")

    def should_slow_down(self, credential: DeviceCode) -> bool:
        """RFC 8628, 3.5: a poll before the interval has passed makes the interval five seconds longer."""
        now = self.server.clock.now()
        early = credential.last_poll is not None and now - credential.last_poll < credential.interval - 0.25
        with self.server.database.write() as connection:
            connection.execute(
                "UPDATE device_codes SET last_poll = ?, interval = interval + ? WHERE device_code_hash = ?",
                (now, 5 if early else 0, credential.device_code_hash),
            )
        return early


class DeviceEndpoint(DeviceAuthorizationEndpoint):  # type: ignore[misc]
    EXPIRES_IN = DEVICE_CODE_LIFETIME
    INTERVAL = DEVICE_POLL_INTERVAL
    CLIENT_AUTH_METHODS = ("client_secret_basic", "client_secret_post", "none")
    server: SandboxAuthorizationServer

    def create_endpoint_response(self, request: Any) -> Any:
        if not self.server.portal.allows("device"):
            raise UnauthorizedClientError("The client is not authorized to use the provided grant type.")
        return super().create_endpoint_response(request)

    def get_verification_uri(self) -> str:
        return f"{self.server.base_url}/activate"

    def save_device_credential(self, client_id: str, scope: str | None, data: dict[str, Any]) -> None:
        with self.server.database.write() as connection:
            connection.execute(
                "INSERT INTO device_codes VALUES (?, ?, ?, ?, ?, ?, NULL, NULL, NULL, 0)",
                (
                    digest(data["device_code"]),
                    data["user_code"],
                    client_id,
                    scope or "",
                    self.server.clock.now() + self.EXPIRES_IN,
                    self.INTERVAL,
                ),
            )
