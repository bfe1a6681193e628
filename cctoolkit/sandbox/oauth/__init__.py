"""The sandbox's authorization server: authorization code, PKCE, refresh with rotation, device flow."""
