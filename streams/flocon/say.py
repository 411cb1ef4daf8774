"""What flocon says to people, in English and in French. Code and logs stay in English."""

from typing import Final

from flocon_detectors.lang import Lang

_WORDS: Final[dict[str, tuple[str, str]]] = {
    # help
    "about": (
        "Watches public posts, groups coded offers into campaigns, and alerts when a campaign rises.",
        "Surveille les publications publiques, regroupe les offres codées en campagnes et alerte quand une campagne monte.",
    ),
    "help.arguments": ("positional arguments", "arguments"),
    "help.options": ("options", "options"),
    "help.help": ("show this help message and exit", "afficher cette aide et quitter"),
    "help.version": ("show program's version number and exit", "afficher la version et quitter"),
    "help.lang": ("language of what is printed", "langue de ce qui est affiché"),
    "help.config": ("settings file (YAML)", "fichier de réglages (YAML)"),
    "help.store": (
        "the store, a SQLite file (default: in your data folder)",
        "la base, un fichier SQLite (par défaut : dans votre dossier de données)",
    ),
    "help.json": ("one JSON object a line", "un objet JSON par ligne"),
    "help.screen": (
        "screen posts and print one JSON line each",
        "analyser des publications et imprimer une ligne JSON pour chacune",
    ),
    "help.screen.file": (
        "file of posts, `-` for standard input",
        "fichier de publications, `-` pour l'entrée standard",
    ),
    "help.screen.restricted": (
        "also report hits of the restricted rule, by rule only",
        "signaler aussi les résultats de la règle restreinte, par la seule règle",
    ),
    "help.watch": (
        "the main job: read feeds, find campaigns, alert",
        "le travail principal : lire des flux, trouver des campagnes, alerter",
    ),
    "help.watch.feed": ("a file, or `-` for standard input", "un fichier, ou `-` pour l'entrée standard"),
    "help.watch.once": (
        "end when the files end, after sorting all posts by time",
        "s'arrêter à la fin des fichiers, après avoir trié les publications par date",
    ),
    "help.watch.port": (
        "serve Prometheus metrics on this port of the loopback address",
        "servir les métriques Prometheus sur ce port de l'adresse locale",
    ),
    "help.watch.address": (
        "address on which metrics are served",
        "adresse sur laquelle les métriques sont servies",
    ),
    "help.watch.log": (
        "log lines on the error stream as text or JSON",
        "lignes de journal sur la sortie d'erreur, en texte ou JSON",
    ),
    "help.watch.jsonl": (
        "append each notification to this file as a JSON line",
        "ajouter chaque notification à ce fichier en ligne JSON",
    ),
    "help.watch.webhook": (
        "send each notification to this URL by POST",
        "envoyer chaque notification à cette URL par POST",
    ),
    "help.watch.restricted": (
        "switch the restricted rule on; its hits go to this file and nowhere else",
        "activer la règle restreinte ; ses résultats vont dans ce fichier et nulle part ailleurs",
    ),
    "help.posts": ("list the posts kept", "lister les publications gardées"),
    "help.posts.cluster": ("only those of this campaign", "seulement celles de cette campagne"),
    "help.posts.search": (
        "only those that hold these words and emojis",
        "seulement celles qui contiennent ces mots et emojis",
    ),
    "help.posts.limit": ("at most so many, the newest", "au plus autant, les plus récentes"),
    "help.posts.protected": (
        "only the protection queue: minors who offer themselves",
        "seulement la file de protection : mineurs qui se proposent",
    ),
    "help.clusters": ("list the campaigns", "lister les campagnes"),
    "help.alerts": ("list the alerts", "lister les alertes"),
    "help.explain": (
        "say why an alert fired, with its numbers",
        "dire pourquoi une alerte s'est déclenchée, chiffres à l'appui",
    ),
    "help.explain.alert": ("id of the alert, or its beginning", "identifiant de l'alerte, ou son début"),
    "help.demo": (
        "make the demo feed, watch it, and show what was found",
        "créer le flux de démonstration, le surveiller et montrer ce qui est trouvé",
    ),
    "help.demo.truth": (
        "also print what was planted, found, missed and wrongly raised",
        "montrer aussi ce qui était planté, trouvé, manqué et signalé à tort",
    ),
    "help.demo.folder": (
        "folder for feed, truth and store (default: .demo)",
        "dossier du flux, de la vérité et de la base (par défaut : .demo)",
    ),
    "help.demo.seed": ("seed of the generator", "graine du générateur"),
    # watching
    "watch.progress": (
        "{posts:post} read, {kept} kept, {rate}/s",
        "{posts:post} lues, {kept} gardées, {rate}/s",
    ),
    "watch.applying": (
        "{done:finding} applied, {alerts:alert}",
        "{done:finding} traités, {alerts:alert}",
    ),
    "watch.done": (
        "Read {posts:post} ({bad} unreadable), kept {kept}. {clusters:campaign}, {firing:alert} firing.",
        "{posts:post} lues ({bad} illisibles), {kept} gardées. {clusters:campaign}, {firing:alert} en cours.",
    ),
    "watch.nothing_new": ("Nothing new in these files.", "Rien de nouveau dans ces fichiers."),
    "watch.undelivered": (
        "{count:notification} could not be delivered yet; the next run goes on.",
        "{count:notification} en attente d'envoi ; la prochaine exécution continuera.",
    ),
    "watch.follow": ("Watching {feeds}; stop with Ctrl-C.", "Surveillance de {feeds} ; arrêter avec Ctrl-C."),
    # alerts
    "alert.fire": ("ALERT", "ALERTE"),
    "alert.update": ("UPDATE", "SUITE"),
    "alert.resolve": ("RESOLVED", "TERMINÉE"),
    "alert.merged": ("MERGED", "FUSIONNÉE"),
    "alert.digest": ("DIGEST", "RÉSUMÉ"),
    "severity.page": ("page", "appel"),
    "severity.ticket": ("ticket", "ticket"),
    "severity.info": ("info", "info"),
    "kind.rise": ("rise", "montée"),
    "kind.immediate": ("immediate", "immédiate"),
    "kind.displacement": ("displacement", "déplacement"),
    "state.firing": ("firing", "en cours"),
    "state.resolved": ("resolved", "terminée"),
    "state.acked": ("acknowledged", "prise en charge"),
    "state.snoozed": ("snoozed", "en pause"),
    "state.dismissed": ("dismissed", "écartée"),
    "state.confirmed": ("confirmed", "confirmée"),
    "label.campaign": ("campaign", "campagne"),
    "label.seen": ("seen", "vu"),
    "counts": ("{posts:post} · {authors:author}", "{posts:post} · {authors:author}"),
    "counts.texts": ("{texts:text}", "{texts:text}"),
    "label.groups": ("groups", "groupes"),
    "label.rules": ("rules", "règles"),
    "label.numbers": ("numbers", "chiffres"),
    "label.gate": ("gate", "seuil d'entrée"),
    "label.history": ("history", "historique"),
    "label.examples": ("examples", "exemples"),
    "label.template": ("template", "gabarit"),
    "explain.window": (
        "{hours:>3} h: {count:post} counted, {expected} expected, p = {p}",
        "{hours:>3} h : comptées : {count:post}, attendues : {expected}, p = {p}",
    ),
    "explain.threshold": (
        "p = {p} against the threshold {p_star} (at most one false alert a day over {fleet:campaign}); dispersion {alpha}",
        "p = {p} face au seuil {p_star} (au plus une fausse alerte par jour pour {fleet:campaign}) ; dispersion {alpha}",
    ),
    "explain.gate": (
        "{authors:author}, {platforms:platform}, {texts:unit} in 24 h (3 authors, 2 platforms or 6 texts in a channel are needed)",
        "{authors:author}, {platforms:platform}, {texts:unit} en 24 h (il faut 3 auteurs, 2 plateformes ou 6 textes dans un canal)",
    ),
    "explain.unknown": ("no alert {alert!r} in {store}", "aucune alerte {alert!r} dans {store}"),
    "explain.several": (
        "{alert!r} fits several alerts: {ids}",
        "{alert!r} correspond à plusieurs alertes : {ids}",
    ),
    "explain.gone": ("(deleted or expired)", "(supprimée ou expirée)"),
    # lists
    "none.alerts": ("No alerts.", "Aucune alerte."),
    "none.clusters": ("No campaigns.", "Aucune campagne."),
    "none.posts": ("No posts.", "Aucune publication."),
    # demo
    "demo.making": (
        "making the demo feed ({days} days, seed {seed})",
        "création du flux de démonstration ({days} jours, graine {seed})",
    ),
    "demo.next": ("Next, type:", "Ensuite, tapez :"),
}


_NOUNS: Final = {
    "post": (("post", "posts"), ("publication", "publications")),
    "author": (("author", "authors"), ("auteur", "auteurs")),
    "text": (("text", "texts"), ("texte", "textes")),
    "unit": (("unit", "units"), ("unité", "unités")),
    "platform": (("platform", "platforms"), ("plateforme", "plateformes")),
    "finding": (("finding", "findings"), ("indice", "indices")),
    "campaign": (("campaign", "campaigns"), ("campagne", "campagnes")),
    "alert": (("alert", "alerts"), ("alerte", "alertes")),
    "notification": (("notification", "notifications"), ("notification", "notifications")),
}
"""Singular and plural of what is counted; in French one and none take the singular."""


class _Count(int):
    """A number in a sentence: `{n}` with its thousands set apart, `{n:post}` with its noun as well."""

    french = False

    def __format__(self, spec: str) -> str:
        if spec and spec not in _NOUNS:
            return format(int(self), spec)
        grouped = f"{int(self):,}"
        if self.french:
            grouped = grouped.replace(",", "\u202f")
        if not spec:
            return grouped
        one, many = _NOUNS[spec][self.french]
        single = abs(self) <= 1 if self.french else self == 1
        return f"{grouped} {one if single else many}"


class _FrenchCount(_Count):
    french = True


class Say:
    """Speaks one language.

    Args:
        lang: `en` or `fr`.
    """

    def __init__(self, lang: Lang = "en") -> None:
        self.lang: Lang = lang
        self._index = 1 if lang == "fr" else 0

    def __call__(self, key: str, **values: object) -> str:
        """The words under `key`, filled with values."""
        count = _FrenchCount if self._index else _Count
        spoken = {name: count(value) if isinstance(value, int) else value for name, value in values.items()}
        return _WORDS[key][self._index].format(**spoken)

    def number(self, value: int) -> str:
        """A whole number with its thousands set apart: by commas in English, by narrow blanks in French."""
        return format(_FrenchCount(value) if self._index else _Count(value))
