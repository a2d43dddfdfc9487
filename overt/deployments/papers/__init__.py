"""Papers of a deployment: application, authority, briefing pack, each as HTML and as PDF."""
