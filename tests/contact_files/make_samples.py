"""Make the sample exports anew: `python tests/contact_files/make_samples.py [folder]`, but for the three older than it.

Each is written as its program writes it: headings, encoding, delimiter, quotation marks, line ends, dates, and what
stands where there is nothing. The people in them are made up, the same ones every time. Knows nothing of cctoolkit, so
that it cannot share a mistake with it.
"""

from __future__ import annotations

import base64
import sys
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from random import Random


@dataclass(frozen=True)
class Person:
    """Somebody made up; `left`: asked not to be written to any more."""

    first: str
    last: str
    email: str
    company: str
    job: str
    mobile: str
    landline: str
    street: str
    city: str
    state: str
    zip: str
    country: str
    birthday: date | None
    anniversary: date | None
    email2: str = ""
    note: str = ""
    left: bool = False

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}"


@dataclass(frozen=True)
class Land:
    """What people of a country are made of; `#` in a number is a digit of a range that is kept for fiction."""

    first: str
    last: str
    streets: str
    cities: str
    country: str
    companies: str
    jobs: str
    mobile: str = "+1 401-555-01##"
    landline: str = "+1 617-555-01##"


AMERICA = Land(
    "Ruth|Hamish|Siobhán|Priya|Luca|Grace|René|Małgorzata|Klaus|Mei|Fatima|Zoë|Dwayne|Chloé|Tomás|Ingrid",
    "Hughes|O'Brien|Chen|Park|Kim|Horváth|Åberg|Thorne|MacLeod|Patel|Petrov|Bianchi|Ashworth|Müller|de la Cruz|Ng",
    "88 Old Mill Road|35 Maple Street|284 Willow Court|209 Harbor View|168 Orchard Avenue, Apt. 3|12 Elm Street",
    "Providence,RI,02903|Hartford,CT,06103|Burlington,VT,05401|Waltham,MA,02451|Portland,ME,04101|Seattle,WA,98101",
    "United States of America",
    'Sunrise Yoga|St. Mary\'s School|Parks & Gardens, Inc.|Riverside Bakery|Elm Street Dental|The "Old Mill" Brewery',
    "Teacher|Librarian|Owner|Treasurer|Head gardener|Volunteer",
    "(401) 555-01##",
    "(617) 555-01##",
)
BRITAIN = replace(
    AMERICA,
    streets="4 Mill Lane|17 Station Road|2a High Street|The Old Forge, Church Lane|31 Victoria Terrace",
    cities="Bath,Somerset,BA1 1AA|York,North Yorkshire,YO1 7HH|Leeds,West Yorkshire,LS1 4AP|Norwich,Norfolk,NR2 1TF",
    country="United Kingdom",
    mobile="07700 900##0",
    landline="020 7946 00##",
)
FRANCE = Land(
    "Amélie|Benoît|Chloé|Didier|Élodie|François|Gaëlle|Hélène|Jérôme|Léa|Mathieu|Noëlle|Zoé|Loïc",
    "Lefèvre|Dubois|Noël|Garçon|Moreau|L'Hermitte|Müller|Bérenger|d'Arcy|Crépin|Vasseur|Lacœur",
    "3 rue des Tilleuls|12, avenue de la Gare|7 bis, place du Marché|45 chemin des Prés|1 quai de l'Île",
    "Lyon,Rhône,69002|Nîmes,Gard,30000|Bourg-en-Bresse,Ain,01000|Besançon,Doubs,25000|Nice,Alpes-Maritimes,06000",
    "France",
    "Boulangerie du Pont|École Saint-Exupéry|Jardins & Fils|Librairie «\xa0L'Écume\xa0»|Cœur de Ville",
    "Professeure|Bibliothécaire|Gérant|Trésorière|Bénévole",
    "06 39 98 ## ##",
    "01 99 00 ## ##",
)
GERMANY = Land(
    "Jürgen|Käthe|Björn|Anneliese|Günther|Sören|Mareike|Ümit|Friederike|Thomas|Zoë|Ulrich|Heike|Lütfiye",
    "Müller|Weiß|Schäfer|Großmann|von der Heide|Öztürk|Krämer|Meyer-Lüdenscheid|Fuß|Böhm|Jäger|Schmidt",
    "Gartenstraße 12|Am Mühlbach 3|Königsallee 88|Große Gasse 7a|Hinterm Zaun 1",
    "Dresden,Sachsen,01067|Köln,Nordrhein-Westfalen,50667|München,Bayern,80331|Halle (Saale),Sachsen-Anhalt,06108",
    "Deutschland",
    "Bäckerei Süß|Stadtbücherei|Gärtnerei Grün & Söhne|Turnverein 1899 e.V.|Zahnarztpraxis Dr. Weiß",
    "Lehrerin|Geschäftsführer|Kassenwart|Bibliothekarin|Gärtner",
    "0171 39200##",
    "030 23125 0##",
)
SPAIN = Land(
    "Begoña|Íñigo|María José|Joaquín|Lucía|Ángel|Núria|Raúl|Sofía|Óscar|Pilar|Martín",
    "García Muñoz|Ibáñez|López|Núñez|Peña|Rodríguez Sáez|Güell|Castaño|Ortega|Vázquez",
    "Calle Mayor, 14, 2.º B|Paseo del Río, 3|Avenida de la Constitución, 101|Plaza del Álamo, s/n",
    "Ávila,Ávila,05001|Barcelona,Barcelona,08001|Vitoria-Gasteiz,Álava,01001|Logroño,La Rioja,26001",
    "España",
    "Panadería El Sol|Colegio San José|Jardines y Huertas, S.L.|Librería Cervantes",
    "Maestra|Bibliotecario|Gerente|Tesorera|Voluntario",
)
BRAZIL = Land(
    "João|Conceição|Luís|Antônia|Júlia|Sebastião|Márcia|Inês|Caio|Flávia|Zélia|Otávio",
    "da Silva|Gonçalves|Araújo|dos Santos|Magalhães|Conceição|Brandão|Lima|Prestes|Fróes",
    "Rua das Acácias, 120|Avenida São João, 45|Travessa do Sol, 7|Praça da Matriz, 1",
    "São Paulo,SP,01001-000|Florianópolis,SC,88010-000|Belém,PA,66010-000|Santo André,SP,09010-000",
    "Brasil",
    "Padaria Pão de Açafrão|Escola São Bento|Jardins & Cia.|Livraria Sabiá",
    "Professora|Bibliotecário|Sócia|Tesoureiro|Voluntária",
)
ITALY = Land(
    "Niccolò|Giosuè|Chiara|Donatella|Michele|Perù|Lucia|Andrea|Beatrice|Noè|Simone|Tiziana",
    "D'Angelo|Bardò|Colombo|De Luca|Esposito|Nicolò|Fumè|Rossi|Ferrari|Marù",
    "Via dei Tigli, 3|Corso Libertà, 12/b|Piazza Duomo, 1|Vicolo Cieco, 4|Via Nazionale, 88",
    "Roma,RM,00184|Forlì,FC,47121|Bolzano,BZ,39100|Cantù,CO,22063|Rieti,RI,02100",
    "Italia",
    "Panificio Aurora|Scuola Da Vinci|Giardini & Figli S.r.l.|Libreria Città",
    "Insegnante|Bibliotecaria|Titolare|Tesoriere|Volontaria",
)
NETHERLANDS = Land(
    "Anouk|Bram|Daniëlle|Eugène|Femke|Gijs|Hélène|Joël|Koos|Loïs|Maaike|Zoë",
    "de Vries|van den Berg|Jansen|Bakker|'t Hart|Visser|Coöper|Smit|ten Cate|Höfer",
    "Kerkstraat 12|Molenweg 3a|Stationsplein 1|Singel 88-II|Achter de Dijk 7",
    "Utrecht,Utrecht,3511 AB|Den Haag,Zuid-Holland,2511 CD|Assen,Drenthe,9401 EF|Goes,Zeeland,4461 GH",
    "Nederland",
    "Bakkerij de Molen|Basisschool 't Palet|Tuinen & Zonen B.V.|Boekhandel Coöperatie",
    "Docent|Bibliothecaris|Eigenaar|Penningmeester|Vrijwilliger",
)

_NOT_DECOMPOSED = str.maketrans({"ß": "ss", "ł": "l", "ø": "o", "œ": "oe", "Œ": "Oe", "Ł": "L"})


def plain(text: str) -> str:
    """The text as it stands in an address: a to z."""
    letters = unicodedata.normalize("NFKD", text.translate(_NOT_DECOMPOSED)).lower()
    return "".join(letter for letter in letters if letter.isascii() and letter.isalnum())


def people(file: str, land: Land, count: int) -> list[Person]:
    """`count` people of a country, the same ones for a file every time, each with an address of their own."""
    rng = Random(file)
    pairs = [(first, last) for first in land.first.split("|") for last in land.last.split("|")]
    made = []
    for first, last in rng.sample(pairs, count):
        city, state, zip_code = rng.choice(land.cities.split("|")).split(",")
        at_home, at_work = rng.random() < 0.6, rng.random() < 0.6
        made.append(
            Person(
                first,
                last,
                f"{plain(first)}.{plain(last)}@{rng.choice(('example.com', 'example.org', 'example.net'))}",
                company=rng.choice(land.companies.split("|")) if at_work else "",
                job=rng.choice(land.jobs.split("|")) if at_work else "",
                mobile=number(rng, land.mobile) if rng.random() < 0.7 else "",
                landline=number(rng, land.landline) if rng.random() < 0.3 else "",
                street=rng.choice(land.streets.split("|")) if at_home else "",
                city=city if at_home else "",
                state=state if at_home else "",
                zip=zip_code if at_home else "",
                country=land.country if at_home and rng.random() < 0.7 else "",
                birthday=a_day(rng, 1940) if rng.random() < 0.4 else None,
                anniversary=a_day(rng, 1980) if rng.random() < 0.15 else None,
            )
        )
    return made


def number(rng: Random, pattern: str) -> str:
    return "".join(str(rng.randrange(10)) if digit == "#" else digit for digit in pattern)


def a_day(rng: Random, year: int) -> date:
    return date(year, 1, 1) + timedelta(days=rng.randrange(25 * 365))


def with_flaws(folk: Sequence[Person], note: str, *, second: bool = True) -> list[Person]:
    """What happens in an address book that checks nothing: 2 rows more than people, if one may be in it twice.

    The third person stands in it again, with capitals in the address; the sixth has an address with two @; the eighth
    has none; the fifth has a note of two lines. With `second` columns, the address of the ninth stands there alone, and
    the tenth has another one.
    """
    flawed = list(folk)
    flawed[4] = replace(flawed[4], note=note)
    flawed[5] = replace(flawed[5], email=flawed[5].email.replace("@", "@@"))
    flawed[7] = replace(flawed[7], email="")
    if second:
        flawed[8] = replace(flawed[8], email="", email2=flawed[8].email)
        flawed[9] = replace(flawed[9], email2=f"{plain(flawed[9].last)}.{plain(flawed[9].first)}@example.org")
    user, _, host = flawed[2].email.partition("@")
    flawed.insert(11, replace(flawed[2], email=f"{user.title()}@{host.upper()}", note="", mobile=""))
    return flawed


def with_leavers(folk: Sequence[Person], note: str) -> list[Person]:
    """What happens in a sales system, which checks what is typed: the third person asked to be left alone, and was
    entered again later; so did the seventh, who was not; the eighth has no address; the first stands there twice."""
    flawed = list(folk)
    flawed[4] = replace(flawed[4], note=note)
    flawed[2] = replace(flawed[2], left=True)
    flawed[6] = replace(flawed[6], left=True)
    flawed[7] = replace(flawed[7], email="")
    flawed.insert(11, replace(flawed[0], email=flawed[0].email.upper(), company="", job=""))
    flawed.insert(13, replace(flawed[2], left=False, note=""))
    return flawed


# How a table is written ----------------------------------------------------------------------------------------------


def where_needed(delimiter: str) -> Callable[[str], bool]:
    return lambda cell: any(mark in cell for mark in (delimiter, '"', "\n", "\r"))


def all_cells(cell: str) -> bool:
    return True


def filled_cells(cell: str) -> bool:
    return bool(cell)


def with_blanks(cell: str) -> bool:
    """As PHP's fputcsv does it."""
    return any(mark in cell for mark in ',"\n\r\t \\')


def written(
    rows: Sequence[Sequence[str]],
    *,
    delimiter: str = ",",
    quoted: Callable[[str], bool] | None = None,
    end: str = "\r\n",
    encoding: str = "utf-8",
    last: str = "",
) -> bytes:
    """The table as bytes; `last` is what stands at the end of a line."""
    quoted = quoted or where_needed(delimiter)
    lines = [
        delimiter.join('"' + cell.replace('"', '""') + '"' if quoted(cell) else cell for cell in row) + last + end
        for row in rows
    ]
    return "".join(lines).encode(encoding)


def heading_row(file: str) -> list[str]:
    """The headings of a sample, as `headings.txt` has them."""
    lines = (Path(__file__).parent / "headings.txt").read_text(encoding="utf-8").splitlines()
    found = next(line for line in lines if line.startswith(f"{file}: "))
    return found.removeprefix(f"{file}: ").split("|")


def table(headings: Sequence[str], rows: Sequence[dict[str, str]]) -> list[list[str]]:
    """The heading row and, for each of `rows`, a row with its cells under their headings."""
    for row in rows:
        if unknown := set(row) - set(headings):
            raise ValueError(f"There are no headings {unknown}.")
    return [list(headings), *([row.get(heading, "") for heading in headings] for row in rows)]


def cells(each: Person, fields: str) -> dict[str, str]:
    """The cells of a person: `Heading=attribute|Heading=attribute`; a day as 1987-05-12."""
    found = {}
    for field in fields.split("|"):
        heading, _, attribute = field.rpartition("=")
        found[heading] = str(getattr(each, attribute) or "")
    return found


def american(day: date | None) -> str:
    return f"{day.month}/{day.day}/{day.year}" if day else ""


# Google and Microsoft ------------------------------------------------------------------------------------------------


def google_outlook(file: str) -> bytes:
    """Google's "Outlook CSV": UTF-8 without a mark, the whole address beside its parts, * before own groups."""
    folk = with_flaws(people(file, AMERICA, 20), "Met at the fair.\nLikes tulips.")
    return written(
        table(
            heading_row(file),
            [
                {
                    **cells(
                        each,
                        "First Name=first|Last Name=last|Birthday=birthday|Anniversary=anniversary|Notes=note|"
                        "E-mail Address=email|E-mail 2 Address=email2|Mobile Phone=mobile|Home Phone=landline",
                    ),
                    "Home Address": f"{each.street}\n{each.city}, {each.state} {each.zip}" if each.street else "",
                    **cells(
                        each,
                        "Home Street=street|Home City=city|Home State=state|Home Postal Code=zip|"
                        "Home Country=country|Company=company|Job Title=job",
                    ),
                    "Categories": "myContacts",
                }
                for each in folk
            ],
        ),
        end="\r\n",
    )


def outlook_com(file: str) -> bytes:
    """Outlook.com's People page: UTF-8 with a mark, dates as 1987-05-12."""
    folk = with_flaws(people(file, BRITAIN, 18), "Ring before noon.\r\nNot on Fridays.")
    return written(
        table(
            heading_row(file),
            [
                {
                    **cells(
                        each,
                        "First Name=first|Last Name=last|E-mail Address=email|E-mail 2 Address=email2|"
                        "Home Phone=landline|Mobile Phone=mobile|Job Title=job|Company=company|Home Street=street|"
                        "Home City=city|Home State=state|Home Postal Code=zip|Home Country/Region=country|"
                        "Birthday=birthday|Anniversary=anniversary|Notes=note",
                    ),
                }
                for each in folk
            ],
        ),
        encoding="utf-8-sig",
    )


def windows_address_book(file: str) -> bytes:
    """Windows Address Book on an English Windows with Continental settings: Windows-1252 and semicolons."""
    land = replace(GERMANY, country="Germany")
    folk = with_flaws(people(file, land, 14), "Moved in 2009;\r\nask for the new street.", second=False)
    return written(
        table(
            heading_row(file),
            [
                {
                    **cells(
                        each,
                        "First Name=first|Last Name=last|Name=name|E-mail Address=email|Home Street=street|"
                        "Home City=city|Home Postal Code=zip|Home State=state|Home Country/Region=country|"
                        "Home Phone=landline|Mobile Phone=mobile|Company=company|Job Title=job|Notes=note",
                    ),
                }
                for each in folk
            ],
        ),
        delimiter=";",
        encoding="cp1252",
    )


@dataclass(frozen=True)
class Outlook:
    """Outlook in a language. `fields`: what it calls address, type and shown name of the first and of the second
    address, birthday, anniversary and notes; `values`: what stands in each row; `day` and `no_day`: its dates."""

    fields: str
    values: dict[str, str]
    day: str
    no_day: str
    note: str
    delimiter: str = ","
    quoted: Callable[[str], bool] | None = None

    def written(self, headings: list[str], folk: Sequence[Person]) -> bytes:
        rows = [headings]
        for each in folk:
            row = [""] * len(headings)
            row[1], row[3], row[5], row[7] = each.first, each.last, each.company, each.job
            row[15], row[18], row[19], row[20], row[21] = each.street, each.city, each.state, each.zip, each.country
            row[37], row[40] = each.landline, each.mobile
            filled = (
                *(each.email, "SMTP" if each.email else "", f"{each.name} ({each.email})" if each.email else ""),
                *(each.email2, "SMTP" if each.email2 else "", f"{each.name} ({each.email2})" if each.email2 else ""),
                *(self._day(each.birthday), self._day(each.anniversary), each.note),
            )
            # The first 48 columns stand in the same order in every language; what follows goes by name.
            for heading, cell in (*self.values.items(), *zip(self.fields.split("|"), filled, strict=True)):
                row[headings.index(heading, 48)] = cell
            rows.append(row)
        return written(rows, delimiter=self.delimiter, quoted=self.quoted, encoding="cp1252")

    def _day(self, day: date | None) -> str:
        return self.day.format(day=day.day, month=day.month, year=day.year) if day else self.no_day


OUTLOOK_FRENCH = Outlook(
    "Adresse de messagerie|Type de messagerie|Nom complet de l'adresse de messagerie|Adresse de messagerie 2|"
    "Type de messagerie 2|Nom complet de l'adresse de messagerie 2|Anniversaire|Anniversaire de mariage ou fête|Notes",
    {"Critère de diffusion": "Normal", "Priorité": "Normale", "Privé": "Faux", "Sexe": "Non spécifié"},
    "{day:02}/{month:02}/{year}",
    "00/00/00",
    "Rencontrée à la fête.\r\nAime les tulipes.",
    quoted=filled_cells,
)
OUTLOOK_GERMAN = Outlook(
    "E-Mail-Adresse|E-Mail-Typ|E-Mail: Angezeigter Name|E-Mail 2: Adresse|"
    "E-Mail 2: Typ|E-Mail 2: Angezeigter Name|Geburtstag|Jahrestag|Notizen",
    {"Geschlecht": "Keine Angabe", "Priorität": "Normal", "Privat": "Aus", "Vertraulichkeit": "Normal"},
    "{day}.{month}.{year}",
    "0.0.00",
    "Kennengelernt beim Fest.\r\nMag Tulpen.",
    quoted=filled_cells,
)
OUTLOOK_SPANISH = Outlook(
    "E-mail Address|E-mail Type|Nombre de pantalla de correo electrónico|Dirección de correo electrónico 2|"
    "Tipo de correo electrónico 2|Nombre de pantalla de correo electrónico 2|Birthday|Anniversary|Notes",
    {"Confidencialidad": "Normal", "Género": "Sin especificar", "Prioridad": "Normal", "Privado": "Falso"},
    "{day}/{month}/{year}",
    "0/0/00",
    "La conocimos en la feria.\r\nLe gustan los tulipanes.",
    ";",
)
OUTLOOK_PORTUGUESE = Outlook(
    "E-mail Address|Tipo de email|Nome para exibição do email|Endereço de email 2|"
    "Tipo de email 2|Nome para exibição do email 2|Birthday|Datas especiais|Anotações",
    {"Particular": "Falso", "Prioridade": "Normal", "Sensibilidade": "Normal", "Sexo": "Não especificado"},
    "{day}/{month}/{year}",
    "0/0/00",
    "Conhecemo-nos na feira.\r\nGosta de tulipas.",
    ";",
)
OUTLOOK_ITALIAN = Outlook(
    "Indirizzo posta elettronica|Tipo posta elettronica|Nome visualizzato posta elettronica|Indirizzo posta elettronica 2|"
    "Tipo posta elettronica 2|Nome visualizzato posta elettronica 2|Compleanno|Anniversario|Notes",
    {"Priorità": "Normale", "Privato": "Falso", "Riservatezza": "Normale", "Sesso": "Non specificato"},
    "{day}/{month}/{year}",
    "0/0/00",
    "Conosciuta alla fiera;\r\nama i tulipani.",
    ";",
)
OUTLOOK_DUTCH = Outlook(
    "E-mailadres|E-mailtype|Weergavenaam voor e-mail|E-mailadres 2|"
    "E-mailtype 2|E-mail, weergegeven naam 2|Verjaardag|Speciale datum|Notities",
    {"Geslacht": "Niet opgegeven", "Gevoeligheid": "Normaal", "Prioriteit": "Normaal", "Privé": "Onwaar"},
    "{day}-{month}-{year}",
    "0-0-00",
    "Ontmoet op de markt;\r\nhoudt van tulpen.",
    ";",
)


def outlook(language: Outlook, land: Land, count: int) -> Callable[[str], bytes]:
    return lambda file: language.written(heading_row(file), with_flaws(people(file, land, count), language.note))


# Other mail programs -------------------------------------------------------------------------------------------------


def yahoo(file: str) -> bytes:
    """Yahoo: UTF-8, every cell in quotation marks, dates as 5/12/1987."""
    folk = with_flaws(people(file, AMERICA, 16), "Choir, since 2012.\nAlto.")
    return written(
        table(
            heading_row(file),
            [
                {
                    **cells(each, "First=first|Last=last|Email=email|Alternate Email 1=email2"),
                    "Category": "Choir" if each.note else "",
                    **cells(each, "Home=landline|Mobile=mobile"),
                    "Primary": "mobile" if each.mobile else "",
                    **cells(
                        each,
                        "Title=job|Company=company|Home Address=street|Home City=city|Home State=state|Home ZIP=zip|"
                        "Home Country=country",
                    ),
                    "Birthday": american(each.birthday),
                    "Anniversary": american(each.anniversary),
                    "Comments": each.note,
                }
                for each in folk
            ],
        ),
        quoted=all_cells,
    )


def thunderbird_rows(file: str, folk: Sequence[Person]) -> list[list[str]]:
    return table(
        heading_row(file),
        [
            {
                **cells(
                    each,
                    "First Name=first|Last Name=last|Display Name=name|Primary Email=email|Secondary Email=email2|"
                    "Home Phone=landline|Mobile Number=mobile|Home Address=street|Home City=city|Home State=state|"
                    "Home ZipCode=zip|Home Country=country|Job Title=job|Organization=company",
                ),
                "Birth Year": str(each.birthday.year) if each.birthday else "",
                "Birth Month": str(each.birthday.month) if each.birthday else "",
                "Birth Day": str(each.birthday.day) if each.birthday else "",
                "Notes": each.note,
            }
            for each in folk
        ],
    )


def collected(each: Person) -> Person:
    """As a mail program collects people: by the address that it saw, without a first and last name."""
    return replace(each, first="", last="", company="", job="", mobile="", landline="", street="", city="", state="")


def thunderbird(file: str) -> bytes:
    """Thunderbird: UTF-8, birthdays in three columns; some people are collected addresses, without a name."""
    folk = with_flaws(people(file, AMERICA, 20), "Brings cake.\nWithout nuts!")
    folk[14] = replace(folk[14], birthday=date(2000, 2, 29))
    rows = thunderbird_rows(file, [*folk[:16], *(replace(collected(each), zip="", country="") for each in folk[16:])])
    return written(rows)


def thunderbird_without_headings(file: str) -> bytes:
    """An older Thunderbird: Windows-1252, no heading row, a comma at the end of each line."""
    folk = with_flaws(people(file, GERMANY, 15), "Bringt Kuchen.\nOhne Nüsse!")
    return written(thunderbird_rows(file, folk)[1:], encoding="cp1252", last=",")


def kmail(file: str) -> bytes:
    r"""KMail's address book: UTF-8, every cell in quotation marks, LF, and a line break within a cell as \n."""
    folk = with_flaws(people(file, GERMANY, 16), "Schlüssel hängt im Büro.\\nZweite Tür.")
    return written(
        table(
            heading_row(file),
            [
                {
                    **cells(
                        each,
                        "Formatted Name=name|Given Name=first|Family Name=last|Birthday=birthday|"
                        "Anniversary=anniversary|EMail (preferred)=email|EMail (2)=email2|Home Address Street=street|"
                        "Home Address City=city|Home Address State=state|Home Address Zip Code=zip|"
                        "Home Address Country=country|Home Phone=landline|Mobile Phone=mobile|Title=job|"
                        "Organization=company|Note=note",
                    ),
                }
                for each in folk
            ],
        ),
        quoted=all_cells,
        end="\n",
    )


# vCards --------------------------------------------------------------------------------------------------------------


def folded(line: str) -> str:
    """A line of a vCard 3.0, cut at 75 bytes; what goes on begins with a blank."""
    pieces, piece = [], ""
    for letter in line:
        if len((piece + letter).encode()) > 75:
            pieces.append(piece)
            piece = " "
        piece += letter
    return "\r\n".join([*pieces, piece])


def escaped(text: str) -> str:
    for mark in "\\;,":
        text = text.replace(mark, "\\" + mark)
    return text.replace("\n", "\\n")


def photo(file: str) -> str:
    """Base64 of something as long as a small picture."""
    return base64.b64encode(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + Random(file).randbytes(480)).decode()


def apple_card(each: Person, extra: Sequence[str] = ()) -> str:
    lines = ["BEGIN:VCARD", "VERSION:3.0", "PRODID:-//Apple Inc.//macOS 14.5//EN"]
    lines += [f"N:{escaped(each.last)};{escaped(each.first)};;;", f"FN:{escaped(each.name)}"]
    if each.company:
        lines += [f"ORG:{escaped(each.company)};", f"TITLE:{escaped(each.job)}"]
    if each.email:
        lines.append(f"EMAIL;type=INTERNET;type=HOME;type=pref:{each.email}")
    # What belongs together carries the same number.
    labelled: list[tuple[str, str]] = []
    if each.email2:
        labelled.append((f"EMAIL;type=INTERNET:{each.email2}", "X-ABLabel:Newsletter"))
    if each.street:
        parts = (each.street, each.city, each.state, each.zip, each.country)
        labelled.append((f"ADR;type=HOME;type=pref:;;{';'.join(map(escaped, parts))}", "X-ABADR:us"))
    if each.anniversary:
        labelled.append((f"X-ABDATE;type=pref:{each.anniversary.isoformat()}", "X-ABLabel:_$!<Anniversary>!$_"))
    for item, pair in enumerate(labelled, start=1):
        lines += [f"item{item}.{line}" for line in pair]
    if each.mobile:
        lines.append(f"TEL;type=CELL;type=VOICE;type=pref:{each.mobile}")
    if each.landline:
        lines.append(f"TEL;type=HOME;type=VOICE:{each.landline}")
    if each.note:
        lines.append(f"NOTE:{escaped(each.note)}")
    if each.birthday:
        lines.append(f"BDAY:{each.birthday.isoformat()}")
    lines += [*extra, "END:VCARD"]
    return "".join(folded(line) + "\r\n" for line in lines)


def apple(file: str) -> bytes:
    """Apple Contacts: vCard 3.0 with groups, labels, a birthday without a year, a photo, and a firm without a name."""
    note = "Met at the garden fair; brings seedlings, and knows everybody in the street.\nRing before noon."
    folk = with_flaws(people(file, AMERICA, 16), note)
    folk[0] = replace(folk[0], birthday=None)
    folk[9] = replace(folk[9], birthday=None)
    firm = replace(collected(folk[1]), email="bakery@example.com", birthday=None, anniversary=None)
    cards = [
        apple_card(folk[0], ["BDAY;X-APPLE-OMIT-YEAR=1604:1604-05-12"]),
        apple_card(folk[1], [f"PHOTO;ENCODING=b;TYPE=JPEG:{photo(file)}"]),
        *map(apple_card, folk[2:9]),
        # Several addresses: at home (preferred), with a label of their own, and at work.
        apple_card(folk[9], ["EMAIL;type=INTERNET;type=WORK:office@example.net", "BDAY:1971-11-30"]),
        *map(apple_card, folk[10:]),
        apple_card(firm, ["ORG:Riverside Bakery;", "X-ABShowAs:COMPANY"]).replace("FN: ", "FN:Riverside Bakery"),
    ]
    return "".join(cards).encode()


def android_line(head: str, parts: Sequence[str]) -> str:
    """A line of a vCard 2.1 as Android writes it: every byte as =XX when one is not ASCII, cut by a = at the end."""
    if all(part.isascii() and part.isprintable() for part in parts):
        return f"{head}:{';'.join(parts)}\r\n"
    charset = "" if all(part.isascii() for part in parts) else ";CHARSET=UTF-8"
    line = f"{head}{charset};ENCODING=QUOTED-PRINTABLE:"
    return f"{line}{';'.join(map(quoted_printable, parts))}\r\n"


def quoted_printable(part: str) -> str:
    """Every byte as =XX; a line that got long goes on after a = at its end, even when nothing follows."""
    text, width = "", 0
    for byte in part.replace("\n", "\r\n").encode():
        text, width = text + f"={byte:02X}", width + 3
        if width >= 67:
            text, width = text + "=\r\n", 0
    return text


def android_card(each: Person, extra: str = "") -> str:
    card = "BEGIN:VCARD\r\nVERSION:2.1\r\n"
    card += android_line("N", (each.last, each.first, "", "", "")) + android_line("FN", (each.name,))
    card += f"TEL;CELL:{each.mobile}\r\n" if each.mobile else ""
    card += f"TEL;HOME:{each.landline}\r\n" if each.landline else ""
    card += f"EMAIL;HOME:{each.email}\r\n" if each.email else ""
    card += f"EMAIL;WORK:{each.email2}\r\n" if each.email2 else ""
    if each.street:
        card += android_line("ADR;HOME", ("", "", each.street, each.city, each.state, each.zip, each.country))
    if each.company:
        card += android_line("ORG", (each.company,)) + android_line("TITLE", (each.job,))
    card += f"BDAY:{each.birthday.isoformat()}\r\n" if each.birthday else ""
    card += android_line("NOTE", (each.note,)) if each.note else ""
    return f"{card}{extra}END:VCARD\r\n"


def android(file: str) -> bytes:
    """Android: vCard 2.1, quoted-printable where a letter is not ASCII, a photo, a birthday without a year."""
    folk = with_flaws(people(file, GERMANY, 14), "Schlüssel hängt im Büro, an der zweiten Tür links.\nAnrufen!")
    folk[0] = replace(folk[0], birthday=None)
    content = photo(file)
    lines = [content[start : start + 72] for start in range(0, len(content), 72)]
    picture = "PHOTO;ENCODING=BASE64;JPEG:" + "\r\n ".join(lines) + "\r\n\r\n"
    cards = [
        android_card(folk[0], "BDAY:--05-12\r\n"),
        android_card(folk[1], picture),
        *map(android_card, folk[2:9]),
        android_card(folk[9], "EMAIL;X-Verein:verein@example.net\r\n"),
        *map(android_card, folk[10:]),
    ]
    return "".join(cards).encode()


# Mailing services ----------------------------------------------------------------------------------------------------


def mailchimp_member(each: Person, rng: Random, index: int) -> dict[str, str]:
    """An address is one cell, two blanks between its parts; tags are a list in quotation marks within the cell."""
    parts = (each.street, each.city, each.state, each.zip, "US" if each.street else "")
    joined = f"2023-{1 + index % 12:02}-{1 + index:02} 09:{10 + index}:00"
    return {
        **cells(each, "Email Address=email|First Name=first|Last Name=last"),
        "Address": "  ".join(filter(None, parts)),
        "Phone Number": each.mobile,
        "Birthday": f"{each.birthday:%m/%d}" if each.birthday else "",
        "Company": each.company,
        "MEMBER_RATING": str(1 + rng.randrange(5)),
        "OPTIN_TIME": joined if index % 3 else "",
        "CONFIRM_TIME": joined,
        "CONFIRM_IP": f"192.0.2.{index + 1}",
        "LATITUDE": "41.8239000" if index % 2 else "",
        "LONGITUDE": "-71.4128000" if index % 2 else "",
        "GMTOFF": "-5" if index % 2 else "",
        "DSTOFF": "-4" if index % 2 else "",
        "TIMEZONE": "America/New_York" if index % 2 else "",
        "CC": "US" if index % 2 else "",
        "REGION": "RI" if index % 2 else "",
        "LEID": str(501_200_000 + index * 17),
        "EUID": f"{rng.getrandbits(40):010x}",
        "NOTES": each.note,
        "TAGS": ('"Newsletter","Garden club"' if index % 4 == 0 else '"Newsletter"') if index % 5 else "",
    }


def mailchimp(file: str) -> bytes:
    """Mailchimp's subscribed people: UTF-8, LF, quotation marks where a cell has a blank."""
    folk = people(file, AMERICA, 24)
    folk[4] = replace(folk[4], note="Prefers letters.\nRing first.")
    folk[6] = replace(folk[6], email="Garden.Club+News@example.org", first="🌻 Garden", last="Club")
    rng = Random(file + " of the audience")
    rows = [mailchimp_member(each, rng, index) for index, each in enumerate(folk)]
    return written(
        table(heading_row(file), [{**row, "LAST_CHANGED": row["CONFIRM_TIME"]} for row in rows]),
        quoted=with_blanks,
        end="\n",
    )


def mailchimp_unsubscribed(file: str) -> bytes:
    """Mailchimp's people who left, a file of their own."""
    rng = Random(file + " of the audience")
    reasons = ("NORMAL (no longer interested)", "NOSIGNUP (never signed up)", "N/A (unsubscribed by admin)")
    rows = [
        {
            **mailchimp_member(each, rng, index),
            "UNSUB_TIME": f"2024-02-{1 + index:02} 18:05:11",
            "UNSUB_CAMPAIGN_TITLE": "Spring newsletter" if index % 3 != 2 else "",
            "UNSUB_CAMPAIGN_ID": "8c4a1b22f0" if index % 3 != 2 else "",
            "UNSUB_REASON": reasons[index % 3],
        }
        for index, each in enumerate(people(file, AMERICA, 12))
    ]
    return written(table(heading_row(file), rows), quoted=with_blanks, end="\n")


def brevo(file: str) -> bytes:
    """Brevo: UTF-8 with a mark, semicolons, LF, days as 14-05-2023, numbers for messages without a plus."""
    folk = people(file, AMERICA, 18)
    folk[3] = replace(folk[3], left=True)
    folk[9] = replace(folk[9], left=True)
    digits = str.maketrans("", "", " ()-+")
    return written(
        table(
            heading_row(file),
            [
                {
                    "CONTACT ID": str(index + 1),
                    **cells(each, "EMAIL=email|LASTNAME=last|FIRSTNAME=first"),
                    "SMS": "1" + each.mobile.translate(digits) if each.mobile else "",
                    "DOUBLE_OPT-IN": "Yes" if index % 3 == 0 else "",
                    "OPT_IN": "No" if each.left else ("Yes" if index % 2 else ""),
                    "LANDLINE_NUMBER": "1" + each.landline.translate(digits) if each.landline else "",
                    "JOB_TITLE": each.job,
                    "ADDED_TIME": f"{1 + index:02}-05-2023 09:31:22",
                    "MODIFIED_TIME": f"{1 + index:02}-06-2023 10:02:45",
                }
                for index, each in enumerate(folk)
            ],
        ),
        delimiter=";",
        end="\n",
        encoding="utf-8-sig",
    )


def constant_contact(file: str) -> bytes:
    """Constant Contact's own export, of active people and of those who left; one custom field."""
    folk = people(file, AMERICA, 22)
    folk[2] = replace(folk[2], left=True)
    folk[11] = replace(folk[11], left=True)
    folk[17] = replace(folk[17], left=True)
    flowers = ("Tulip", "", "Peony", "", "", "Sweet pea, white")
    return written(
        table(
            heading_row(file),
            [
                {
                    **cells(each, "Email address=email|First name=first|Last name=last|Company=company|Job title=job"),
                    "Email status": "Unsubscribed" if each.left else "Active",
                    "Email permission status": "Unsubscribed" if each.left else ("Express", "Implied")[index % 2],
                    "Email update source": "Contact" if each.left else "Account",
                    "Confirmed Opt-Out Date": "2024-02-11 18:05:11 -0500" if each.left else "",
                    "Confirmed Opt-Out Source": "Contact" if each.left else "",
                    "Confirmed Opt-Out Reason": "Too many emails" if each.left and index % 2 else "",
                    **cells(
                        each,
                        "Phone - home=landline|Phone - mobile=mobile|Street address line 1 - Home=street|"
                        "City - Home=city|State/Province - Home=state|Zip/Postal Code - Home=zip|"
                        "Country - Home=country",
                    ),
                    "Birthday": f"{each.birthday:%m/%d}" if each.birthday else "",
                    "Anniversary": f"{each.anniversary:%m/%d/%Y}" if each.anniversary else "",
                    "Favorite flower": flowers[index % 6],
                    "Tags": "Garden, Members" if index % 4 == 0 else "",
                    "Email Lists": "" if each.left else ("General Interest, Newsletter", "Newsletter")[index % 2],
                    "Source Name": "Website Sign Up Form" if index % 3 == 0 else "Added by you",
                    "Created At": f"2023-05-{1 + index:02} 09:31:22 -0400",
                    "Updated At": f"2024-01-{1 + index:02} 10:02:45 -0500",
                }
                for index, each in enumerate(folk)
            ],
        ),
        end="\n",
    )


# Sales systems -------------------------------------------------------------------------------------------------------


def hubspot(file: str) -> bytes:
    """HubSpot: UTF-8, every cell in quotation marks, LF. An address is in it once; somebody may have none."""
    folk = people(file, AMERICA, 26)
    folk[5] = replace(folk[5], left=True)
    folk[7] = replace(folk[7], email="")
    return written(
        table(
            heading_row(file),
            [
                {
                    "Record ID": str(20_101 + index * 50),
                    **cells(each, "First Name=first|Last Name=last|Email=email|Phone Number=mobile"),
                    "Contact owner": "Robin Weaver (robin.weaver@example.com)",
                    "Primary Associated Company ID": str(7_300_100 + index) if each.company else "",
                    "Lead Status": "New" if index % 3 == 0 else "",
                    "Marketing contact status": ("Marketing contact", "Non-marketing contact")[index % 2],
                    "Create Date": f"2023-05-{1 + index:02} 09:31",
                    **cells(
                        each,
                        "Associated Company=company|Job Title=job|Street Address=street|City=city|State/Region=state|"
                        "Postal Code=zip|Country/Region=country",
                    ),
                    "Unsubscribed from all email": "true" if each.left else ("false" if index % 4 == 0 else ""),
                    "Email hard bounce reason": "UNKNOWN_USER" if index == 12 else "",
                }
                for index, each in enumerate(folk)
            ],
        ),
        quoted=all_cells,
        end="\n",
    )


SALESFORCE_FOOT = (
    '\n\n"Contacts of the garden club"\n"Copyright (c) 2000-2024 salesforce.com, inc. All rights reserved."\n'
    '"Confidential Information - Do Not Distribute"\n"Generated By:  Robin Weaver  5/14/2024 9:31 AM"\n"Garden Club"\n'
)


def salesforce(file: str) -> bytes:
    """A report of Salesforce, "details only": ISO-8859-1, every cell in quotation marks, five lines below its rows."""
    land = replace(AMERICA, first=AMERICA.first.replace("Małgorzata", "Margit"))  # ISO-8859-1 has no ł
    folk = with_leavers(people(file, land, 20), "")
    rows = table(
        heading_row(file),
        [
            {
                "Salutation": ("Ms.", "Mr.", "")[index % 3],
                **cells(each, "First Name=first|Last Name=last|Title=job"),
                "Account Name": each.company or f"{each.last} Household",
                # A street of two lines is one cell.
                "Mailing Street": each.street.replace(", ", "\n"),
                **cells(
                    each,
                    "Mailing City=city|Mailing State/Province=state|Mailing Zip/Postal Code=zip|"
                    "Mailing Country=country|Phone=landline|Mobile=mobile|Email=email",
                ),
                "Email Opt Out": "1" if each.left else "0",
                "Account Owner": "Robin Weaver",
            }
            for index, each in enumerate(folk)
        ],
    )
    return written(rows, quoted=all_cells, end="\n", encoding="iso-8859-1") + SALESFORCE_FOOT.encode("iso-8859-1")


def zoho(file: str) -> bytes:
    """Zoho CRM: UTF-8, LF, an id beside every name."""
    folk = with_leavers(people(file, AMERICA, 20), "Wants the spring list,\nnot the autumn one.")
    user = {"id": "zcrm_5543210000000310001", "name": "Robin Weaver"}
    return written(
        table(
            heading_row(file),
            [
                {
                    "Record Id": f"zcrm_55432100000004{10_000 + index * 7}",
                    "Contact Owner.id": user["id"],
                    "Contact Owner": user["name"],
                    "Lead Source": "Trade Show" if index % 3 == 0 else "",
                    **cells(each, "First Name=first|Last Name=last"),
                    "Account Name.id": f"zcrm_55432100000005{10_000 + index * 7}" if each.company else "",
                    **cells(
                        each,
                        "Account Name=company|Email=email|Title=job|Phone=landline|Mobile=mobile|"
                        "Date of Birth=birthday",
                    ),
                    "Created By.id": user["id"],
                    "Created By": user["name"],
                    "Modified By.id": user["id"],
                    "Modified By": user["name"],
                    "Created Time": f"2023-05-{1 + index:02} 09:31:22",
                    "Modified Time": f"2023-06-{1 + index:02} 10:02:45",
                    **cells(
                        each,
                        "Contact Name=name|Mailing Street=street|Mailing City=city|Mailing State=state|"
                        "Mailing Zip=zip|Mailing Country=country|Description=note",
                    ),
                    "Email Opt Out": "true" if each.left else "false",
                    "Tag": "Garden,Members" if index % 4 == 0 else "",
                    "Unsubscribed Mode": "Manual" if each.left else "",
                    "Unsubscribed Time": "2024-02-11 18:05:11" if each.left else "",
                }
                for index, each in enumerate(folk)
            ],
        ),
        end="\n",
    )


SAMPLES: dict[str, Callable[[str], bytes]] = {
    "google-contacts-for-outlook.csv": google_outlook,
    "outlook-contacts-french.csv": outlook(OUTLOOK_FRENCH, FRANCE, 20),
    "outlook-contacts-german.csv": outlook(OUTLOOK_GERMAN, GERMANY, 20),
    "outlook-contacts-spanish.csv": outlook(OUTLOOK_SPANISH, SPAIN, 16),
    "outlook-contacts-portuguese.csv": outlook(OUTLOOK_PORTUGUESE, BRAZIL, 16),
    "outlook-contacts-italian.csv": outlook(OUTLOOK_ITALIAN, ITALY, 16),
    "outlook-contacts-dutch.csv": outlook(OUTLOOK_DUTCH, NETHERLANDS, 16),
    "outlook-com-contacts.csv": outlook_com,
    "windows-address-book.csv": windows_address_book,
    "yahoo-contacts.csv": yahoo,
    "apple-contacts.vcf": apple,
    "android-contacts.vcf": android,
    "thunderbird-contacts.csv": thunderbird,
    "thunderbird-without-headings.csv": thunderbird_without_headings,
    "kmail-contacts.csv": kmail,
    "mailchimp-subscribed.csv": mailchimp,
    "mailchimp-unsubscribed.csv": mailchimp_unsubscribed,
    "hubspot-contacts.csv": hubspot,
    "brevo-contacts.csv": brevo,
    "salesforce-report.csv": salesforce,
    "zoho-contacts.csv": zoho,
    "constant-contact-export.csv": constant_contact,
}


def main(folder: Path) -> None:
    """Write every sample into a folder."""
    for file, made in SAMPLES.items():
        (folder / file).write_bytes(made(file))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[2] / "data")
