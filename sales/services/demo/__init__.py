"""The demo minimart, made through the services that every shop uses."""
