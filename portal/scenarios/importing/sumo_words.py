"""What the figures of a simulation mean, where the portal's catalogue does not say it yet."""

from typing import Any

THEME = "mobilita"
THEME_WORDS = {"it": "Mobilità", "en": "Mobility"}

# id: (unit, unit as people read it, polarity, decimals, name, definition), Italian then English
_PLAIN: dict[str, tuple[str, tuple[str, str], str, int, tuple[str, str], tuple[str, str]]] = {
    "velocita_nella_rete": (
        "km/h", ("km/h", "km/h"), "neutral", 1,
        ("Velocità nella rete", "Speed in the network"),
        ("Chilometri percorsi divisi per le ore passate in strada, di tutti i veicoli.",
         "Kilometres driven divided by the hours spent on the road, of all vehicles."),
    ),
    "percorrenza_totale": (
        "km", ("veicoli-km", "vehicle-km"), "lower_better", 0,
        ("Strada percorsa in tutto", "Distance driven in all"),
        ("Chilometri percorsi da tutti i veicoli nella simulazione.",
         "Kilometres driven by all vehicles in the simulation."),
    ),
    "ore_veicolo": (
        "h", ("ore", "hours"), "lower_better", 0,
        ("Ore passate in viaggio", "Hours spent travelling"),
        ("Ore passate in strada da tutti i veicoli nella simulazione.",
         "Hours spent on the road by all vehicles in the simulation."),
    ),
    "co2": (
        "kg", ("kg", "kg"), "lower_better", 0, ("CO2", "CO2"),
        ("Anidride carbonica emessa dai veicoli nella simulazione.",
         "Carbon dioxide emitted by the vehicles in the simulation."),
    ),
    "nox": (
        "kg", ("kg", "kg"), "lower_better", 2, ("Ossidi di azoto", "Nitrogen oxides"),
        ("Ossidi di azoto (NOx) emessi dai veicoli nella simulazione.",
         "Nitrogen oxides (NOx) emitted by the vehicles in the simulation."),
    ),
    "pmx": (
        "kg", ("kg", "kg"), "lower_better", 3, ("Polveri", "Particles"),
        ("Polveri emesse dai veicoli nella simulazione.",
         "Particles emitted by the vehicles in the simulation."),
    ),
    "co2_per_km": (
        "g/km", ("g/km", "g/km"), "lower_better", 0, ("CO2 per chilometro", "CO2 per kilometre"),
        ("Anidride carbonica emessa per ogni chilometro percorso.",
         "Carbon dioxide emitted for each kilometre driven."),
    ),
    "nox_per_km": (
        "mg/km", ("mg/km", "mg/km"), "lower_better", 0,
        ("Ossidi di azoto per chilometro", "Nitrogen oxides per kilometre"),
        ("Ossidi di azoto (NOx) emessi per ogni chilometro percorso.",
         "Nitrogen oxides (NOx) emitted for each kilometre driven."),
    ),
    "rumore_medio": (
        "dB[SPL]", ("dB(A)", "dB(A)"), "lower_better", 1,
        ("Rumore stradale medio", "Average street noise"),
        ("Livello medio di rumore sulla linea della strada, pesato sulla lunghezza delle strade.",
         "Average noise level on the line of the street, weighted by the length of the streets."),
    ),
    "strade_oltre_65db": (
        "%", ("% della lunghezza", "% of the length"), "lower_better", 1,
        ("Strade oltre 65 dB(A)", "Streets above 65 dB(A)"),
        ("Parte delle strade con un livello di rumore sopra 65 dB(A) sulla linea della strada.",
         "Part of the streets with a noise level above 65 dB(A) on the line of the street."),
    ),
    "veicoli_in_rete": (
        "{vehicle}", ("veicoli", "vehicles"), "neutral", 0,
        ("Veicoli in strada", "Vehicles on the road"),
        ("Veicoli presenti nella rete in quel momento.", "Vehicles in the network at that time."),
    ),
    "velocita_kmh": (
        "km/h", ("km/h", "km/h"), "neutral", 1, ("Velocità nella rete", "Speed in the network"),
        ("Velocità media dei veicoli nella rete in quei cinque minuti.",
         "Average speed of the vehicles in the network in those five minutes."),
    ),
    "velocita_strada": (
        "km/h", ("km/h", "km/h"), "neutral", 1, ("Velocità sulla strada", "Speed on the street"),
        ("Velocità media dei veicoli su quel tratto di strada.",
         "Average speed of the vehicles on that stretch of street."),
    ),
    "flusso_strada": (
        "{vehicle}/h", ("veicoli l'ora", "vehicles per hour"), "lower_better", 0,
        ("Traffico sulla strada", "Traffic on the street"),
        ("Veicoli che passano in un'ora su quel tratto di strada.",
         "Vehicles that pass in an hour on that stretch of street."),
    ),
    "densita_strada": (
        "{vehicle}/km", ("veicoli per km", "vehicles per km"), "lower_better", 1,
        ("Affollamento della strada", "Crowding of the street"),
        ("Veicoli presenti in media su un chilometro di quella strada.",
         "Vehicles present on average on a kilometre of that street."),
    ),
    "attesa_strada": (
        "s", ("secondi per veicolo", "seconds per vehicle"), "lower_better", 1,
        ("Attesa sulla strada", "Waiting on the street"),
        ("Tempo che un veicolo passa fermo su quel tratto di strada.",
         "Time a vehicle spends standing on that stretch of street."),
    ),
    "ritardo_strada": (
        "s", ("secondi per veicolo", "seconds per vehicle"), "lower_better", 1,
        ("Ritardo sulla strada", "Delay on the street"),
        ("Tempo che un veicolo perde su quel tratto di strada rispetto alla strada libera.",
         "Time a vehicle loses on that stretch of street compared with a free street."),
    ),
    "co2_strada": (
        "kg/km/h", ("kg per km e ora", "kg per km and hour"), "lower_better", 1,
        ("CO2 sulla strada", "CO2 on the street"),
        ("Anidride carbonica emessa in un'ora per chilometro di quella strada.",
         "Carbon dioxide emitted in an hour per kilometre of that street."),
    ),
    "nox_strada": (
        "g/km/h", ("g per km e ora", "g per km and hour"), "lower_better", 1,
        ("Ossidi di azoto sulla strada", "Nitrogen oxides on the street"),
        ("Ossidi di azoto (NOx) emessi in un'ora per chilometro di quella strada.",
         "Nitrogen oxides (NOx) emitted in an hour per kilometre of that street."),
    ),
    "pmx_strada": (
        "g/km/h", ("g per km e ora", "g per km and hour"), "lower_better", 2,
        ("Polveri sulla strada", "Particles on the street"),
        ("Polveri emesse in un'ora per chilometro di quella strada.",
         "Particles emitted in an hour per kilometre of that street."),
    ),
    "rumore_strada": (
        "dB[SPL]", ("dB(A)", "dB(A)"), "lower_better", 1,
        ("Rumore sulla strada", "Noise on the street"),
        ("Livello di rumore sulla linea di quella strada.",
         "Noise level on the line of that street."),
    ),
}  # fmt: skip
UNITS = {id: row[0] for id, row in _PLAIN.items()}


def indicator(id: str) -> dict[str, Any]:
    """An entry of the indicator catalogue."""
    unit, shown, polarity, decimals, name, definition = _PLAIN[id]
    both = [dict(zip(("it", "en"), pair, strict=True)) for pair in (name, definition, shown)]
    return {
        "id": id,
        "theme": THEME,
        "name": both[0],
        "definition": both[1],
        "unit": unit,
        "display_unit": both[2],
        "polarity": polarity,
        "decimals": decimals,
    }
