"""Notices as text and as documents: what the public reads, made from an application. No Django."""
