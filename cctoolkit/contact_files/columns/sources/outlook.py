"""What Outlook exports, in the languages of its users, and what stands close to it."""

from __future__ import annotations

from .source import Source, aligned

#: The columns that every language has in this order. Those after them are sorted by their translated names.
_FIRST = (
    *("Title", "First Name", "Middle Name", "Last Name", "Suffix", "Company", "Department", "Job Title"),
    *("Business Street", "Business Street 2", "Business Street 3", "Business City", "Business State"),
    *("Business Postal Code", "Business Country/Region", "Home Street", "Home Street 2", "Home Street 3"),
    *("Home City", "Home State", "Home Postal Code", "Home Country/Region", "Other Street", "Other Street 2"),
    *("Other Street 3", "Other City", "Other State", "Other Postal Code", "Other Country/Region"),
    *("Assistant's Phone", "Business Fax", "Business Phone", "Business Phone 2", "Callback", "Car Phone"),
    *("Company Main Phone", "Home Fax", "Home Phone", "Home Phone 2", "ISDN", "Mobile Phone", "Other Fax"),
    *("Other Phone", "Pager", "Primary Phone", "Radio Phone", "TTY/TDD Phone", "Telex"),
)

_PHONES = (
    *("Primary Phone", "Mobile Phone", "Business Phone", "Home Phone", "Business Phone 2", "Home Phone 2"),
    *("Company Main Phone", "Other Phone"),
)
_USELESS = (
    *("Business Street 3", "Home Street 3", "Other Street 3", "Assistant's Phone", "Business Fax", "Callback"),
    *("Car Phone", "Home Fax", "ISDN", "Other Fax", "Pager", "Radio Phone", "TTY/TDD Phone", "Telex"),
)


def _in(
    language: str,
    signature: tuple[str, ...],
    first: tuple[str, ...],
    *,
    email: tuple[str, ...],
    anniversary: tuple[str, ...],
    birthday: tuple[str, ...],
    ignored: tuple[str, ...],
) -> Source:
    """Outlook in a language: its names of the first columns, in order, and those of the later ones that matter."""
    called = dict(zip(_FIRST, first, strict=True))

    def address(kind: str) -> dict[str, str]:
        return {
            "street": called[f"{kind} Street"],
            "street2": called[f"{kind} Street 2"],
            "city": called[f"{kind} City"],
            "state": called[f"{kind} State"],
            "zip": called[f"{kind} Postal Code"],
            "country": called[f"{kind} Country/Region"],
        }

    return Source(
        f"Outlook ({language})" if language else "Outlook",
        frozenset(signature),
        {
            "email": email,
            "first_name": (called["First Name"],),
            "last_name": (called["Last Name"],),
            "company_name": (called["Company"],),
            "job_title": (called["Job Title"],),
            "phone": tuple(called[phone] for phone in _PHONES),
            # One address as a whole: a street from one and a city from another would be no address.
            **aligned(*map(address, ("Business", "Home", "Other"))),
            "anniversary": anniversary,
            "birthday": birthday,
        },
        ignored=(*(called[heading] for heading in _USELESS), *ignored),
    )


OUTLOOK = _in(
    "",
    ("E-mail Address", "First Name"),
    _FIRST,
    email=("E-mail Address", "E-mail 2 Address", "E-mail 3 Address"),
    anniversary=("Anniversary",),
    birthday=("Birthday",),
    ignored=(
        *("Account", "Billing Information", "Business Address PO Box", "Directory Server", "E-mail Type"),
        *("E-mail Display Name", "E-mail 2 Type", "E-mail 2 Display Name", "E-mail 3 Type", "E-mail 3 Display Name"),
        *("Gender", "Government ID Number", "Home Address PO Box", "Initials", "Internet Free Busy", "Language"),
        *("Location", "Mileage", "Organizational ID Number", "Other Address PO Box", "PO Box", "Priority", "Private"),
        "Sensitivity",
    ),
)

FRENCH = _in(
    "French",
    ("Prénom", "Société", "Tél. mobile", "Rue (bureau)"),
    # Two columns are called Titre: M. or Mme, and what somebody does. Newer versions call the second Fonction.
    (
        *("Titre", "Prénom", "Deuxième prénom", "Nom", "Suffixe", "Société", "Service", "Fonction|Titre#2"),
        *("Rue (bureau)", "Rue (bureau) 2", "Rue (bureau) 3", "Ville (bureau)", "Dép/Région (bureau)"),
        *("Code postal (bureau)", "Pays/Région (bureau)|Pays (bureau)"),
        *("Rue (domicile)", "Rue (domicile) 2", "Rue (domicile) 3", "Ville (domicile)", "Dép/Région (domicile)"),
        *("Code postal (domicile)", "Pays/Région (domicile)|Pays (domicile)"),
        *("Rue (autre)", "Rue (autre) 2", "Rue (autre) 3", "Ville (autre)", "Dép/Région (autre)"),
        *("Code postal (autre)", "Pays/Région (autre)|Pays (autre)"),
        *("Téléphone de l'assistant(e)", "Télécopie (bureau)", "Téléphone (bureau)", "Téléphone 2 (bureau)"),
        *("Rappel", "Téléphone (voiture)", "Téléphone société", "Télécopie (domicile)", "Téléphone (domicile)"),
        *("Téléphone 2 (domicile)", "RNIS", "Tél. mobile", "Télécopie (autre)", "Téléphone (autre)"),
        *("Récepteur de radiomessagerie", "Téléphone principal", "Radio téléphone", "Téléphone TDD/TTY", "Télex"),
    ),
    email=(
        "Adresse de messagerie|Adresse de courrier",
        "Adresse de messagerie 2|Adresse de courrier 2",
        "Adresse de messagerie 3|Adresse de courrier 3",
    ),
    anniversary=("Anniversaire de mariage ou fête",),
    birthday=("Anniversaire",),
    ignored=(
        *("Type de messagerie", "Nom complet de l'adresse de messagerie", "Type de messagerie 2"),
        *("Nom complet de l'adresse de messagerie 2", "Type de messagerie 3"),
        *("Nom complet de l'adresse de messagerie 3", "Autre boîte postale", "B.P. professionnelle"),
        *("Boîte postale du domicile", "Code gouvernement", "Compte", "Critère de diffusion"),
        *("Disponibilité Internet", "Emplacement", "Informations facturation", "Initiales", "Kilométrage", "Langue"),
        *("Numéro d'identification de l'organisation", "Priorité", "Privé", "Serveur d'annuaire", "Sexe"),
    ),
)

GERMAN = _in(
    "German",
    ("Vorname", "Nachname", "E-Mail-Adresse", "Straße geschäftlich"),
    (
        *("Anrede", "Vorname", "Weitere Vornamen", "Nachname", "Suffix", "Firma", "Abteilung", "Position"),
        *("Straße geschäftlich", "Straße geschäftlich 2", "Straße geschäftlich 3", "Ort geschäftlich"),
        *("Region geschäftlich", "Postleitzahl geschäftlich", "Land/Region geschäftlich"),
        *("Straße privat", "Straße privat 2", "Straße privat 3", "Ort privat", "Bundesland/Kanton privat"),
        *("Postleitzahl privat", "Land/Region privat"),
        *("Weitere Straße", "Weitere Straße 2", "Weitere Straße 3", "Weiterer Ort", "Weiteres/r Bundesland/Kanton"),
        *("Weitere Postleitzahl", "Weiteres/e Land/Region"),
        *("Telefon Assistent", "Fax geschäftlich", "Telefon geschäftlich", "Telefon geschäftlich 2", "Rückmeldung"),
        *("Autotelefon", "Telefon Firma", "Fax privat", "Telefon privat|Telefon (privat)"),
        *("Telefon privat 2|Telefon (privat 2)", "ISDN", "Mobiltelefon", "Weiteres Fax", "Weiteres Telefon", "Pager"),
        *("Haupttelefon", "Mobiltelefon 2", "Telefon für Hörbehinderte", "Telex"),
    ),
    email=("E-Mail-Adresse", "E-Mail 2: Adresse", "E-Mail 3: Adresse"),
    anniversary=("Jahrestag",),
    birthday=("Geburtstag",),
    ignored=(
        *("Abrechnungsinformation", "E-Mail-Typ", "E-Mail: Angezeigter Name", "E-Mail 2: Typ"),
        *("E-Mail 2: Angezeigter Name", "E-Mail 3: Typ", "E-Mail 3: Angezeigter Name", "Geschlecht", "Initialen"),
        *("Internet Frei/Gebucht", "Konto", "Organisationsnr.", "Ort", "Postfach geschäftlich", "Postfach privat"),
        *("Priorität", "Privat", "Regierungsnr.", "Reisekilometer", "Sprache", "Vertraulichkeit"),
        *("Verzeichnisserver", "Weiteres Postfach"),
    ),
)

# Spanish and Brazilian Outlook leave a part of their headings in English. Which ones may differ between versions: the
# translated name stands beside it, where there is one in use.
SPANISH = _in(
    "Spanish",
    ("Nombre", "Apellidos", "Calle del trabajo"),
    (
        *("Title|Título|Tratamiento", "Nombre", "Segundo nombre", "Apellidos", "Suffix|Sufijo"),
        *("Organización|Compañía|Empresa", "Department|Departamento", "Puesto|Cargo"),
        *("Calle del trabajo", "Calle del trabajo 2", "Calle del trabajo 3", "Ciudad de trabajo|Ciudad del trabajo"),
        *("Provincia o estado de trabajo", "Código postal del trabajo", "País o región del trabajo"),
        *("Home Street|Calle del domicilio|Calle particular", "Home Street 2|Calle del domicilio 2"),
        *("Home Street 3|Calle del domicilio 3", "Home City|Ciudad del domicilio|Ciudad particular"),
        *("Home State|Provincia o estado del domicilio", "Home Postal Code|Código postal del domicilio"),
        "País o región del domicilio",
        *("Otra calle", "Otra calle 2", "Otra calle 3", "Otra ciudad", "Otra provincia o estado"),
        *("Otro código postal", "Otro país o región"),
        *("Assistant's Phone|Teléfono del ayudante", "Business Fax|Fax del trabajo", "Teléfono del trabajo"),
        *("Business Phone 2|Teléfono del trabajo 2", "Devolución de llamada", "Car Phone|Teléfono del automóvil"),
        *("Número de centralita de la organización", "Home Fax|Fax particular", "Particular|Teléfono particular"),
        *("Home Phone 2|Teléfono particular 2", "ISDN|RDSI", "Mobile Phone|Teléfono móvil", "Otro fax"),
        *("Otro teléfono", "Pager|Localizador", "Teléfono principal", "Radioteléfono", "Número de teletipo", "Télex"),
    ),
    email=(
        "E-mail Address|Dirección de correo electrónico",
        "Dirección de correo electrónico 2|Dirección del correo electrónico 2",
        "Dirección del correo electrónico 3|Dirección de correo electrónico 3",
    ),
    anniversary=("Anniversary|Aniversario",),
    birthday=("Birthday|Cumpleaños",),
    # The last line: names that are not seen in use, from the pattern of the others.
    ignored=(
        *("Account", "Apartado postal de la dirección del trabajo", "Apartado postal de la dirección personal"),
        *("Confidencialidad", "E-mail Type", "Nombre de pantalla de correo electrónico"),
        *("Tipo de correo electrónico 2", "Nombre de pantalla de correo electrónico 2"),
        *("Tipo de correo electrónico 3", "Nombre de pantalla de correo electrónico 3", "Facturación", "Género"),
        *("Government ID Number", "Initials", "Internet Free Busy", "Kilometraje", "Location", "Otro apartado postal"),
        "Prioridad",
        *("Directory Server|Servidor de directorio", "Language|Idioma", "Organizational ID Number", "Private|Privado"),
    ),
)

BRAZILIAN = _in(
    "Portuguese",
    ("Primeiro nome", "Sobrenome", "Telefone celular"),
    (
        *("Tratamento", "Primeiro nome", "Segundo nome", "Sobrenome", "Sufixo", "Empresa", "Departamento", "Cargo"),
        *("Business Street|Rua do endereço comercial", "Rua do endereço comercial 2", "Rua do endereço comercial 3"),
        *("Business City|Cidade do endereço comercial", "Business State|Estado do endereço comercial"),
        *("Business Postal Code|CEP do endereço comercial", "País/Região da Empresa"),
        *("Endereço residencial", "Endereço residencial 2", "Endereço residencial 3"),
        # The state of the home and the city and postal code of the third address are called as if there were one only.
        *("Cidade do endereço residencial", "Estado", "CEP do endereço residencial", "País/Região de Residência"),
        *("Outro endereço", "Outro endereço 2", "Outro endereço 3", "Cidade", "Outro Estado", "CEP"),
        "Outro País/Região",
        *("Telefone do assistente", "Fax comercial", "Telefone comercial", "Telefone comercial 2"),
        *("Retorno de chamada", "Telefone do carro", "Telefone principal da empresa", "Fax residencial"),
        *("Telefone residencial", "Telefone residencial 2", "ISDN", "Telefone celular", "Outro fax"),
        *("Outro telefone", "Pager", "Telefone principal", "Radiofone", "Telefone TTY/TDD", "Telex"),
    ),
    email=("E-mail Address|Endereço de email", "Endereço de email 2", "Endereço de email 3"),
    anniversary=("Datas especiais",),
    birthday=("Birthday|Aniversário",),
    # The last line: names that are not seen in use, from the pattern of the others.
    ignored=(
        *("Caixa postal de outro endereço", "Caixa postal do endereço comercial"),
        *("Caixa postal do endereço residencial", "Código do governo", "Conta", "Disponibilidade da Internet"),
        *("Tipo de email|E-mail Type", "Nome para exibição do email", "Tipo de email 2"),
        *("Nome para exibição do email 2", "Tipo de email 3", "Nome para exibição do email 3", "Iniciais"),
        *("Informações para cobrança", "Local", "Prioridade", "Quilometragem", "Sensibilidade", "Sexo"),
        *("Idioma", "Número de identificação da organização", "Particular", "Servidor de diretório"),
    ),
)

PORTUGUESE = _in(
    "Portuguese",
    ("Primeiro nome", "Apelido", "Rua da empresa"),
    (
        *("Título", "Primeiro nome", "Outros nomes/apelidos", "Apelido", "Sufixo", "Empresa", "Departamento", "Cargo"),
        *("Rua da empresa", "Rua da empresa 2", "Rua da empresa 3", "Localidade da empresa", "Distrito da empresa"),
        *("Código postal da empresa", "País/Região da Empresa"),
        *("Rua da residência", "Rua da residência (2)", "Rua da residência (3)", "Localidade da residência"),
        *("Distrito da residência", "Código postal da residência", "País da Residência/Região"),
        *("Rua do outro endereço", "Rua do outro endereço 2", "Rua do outro endereço 3"),
        *("Localidade do outro endereço", "Distrito do outro endereço", "Código postal do outro endereço"),
        "Outro País/Região",
        *("Telefone do assistente", "Fax da empresa", "Telefone da empresa", "2º telefone da empresa"),
        *("Tel. de resposta", "Telefone do carro", "Telefone principal da empresa", "Fax da residência"),
        *("Telefone da residência", "2º telefone da residência", "RDIS", "Telemóvel", "Outro fax"),
        *("Outro telefone", "Pager", "Telefone principal", "Radiotelefone", "Telefone TTY/TDD", "Telex"),
    ),
    email=(
        "Endereço de correio electrónico|Endereço de correio eletrónico|Endereço de e-mail",
        "Endereço do correio electrónico 2|Endereço do correio eletrónico 2|Endereço de e-mail 2",
        "Endereço do correio electrónico 3|Endereço do correio eletrónico 3|Endereço de e-mail 3",
    ),
    anniversary=("Aniversário",),
    birthday=("Data de nascimento",),
    ignored=(
        *("Apartado da empresa", "Apartado da residência", "Apartado do outro endereço", "Confidencialidade", "Conta"),
        *("Dados para facturação|Dados para faturação", "Disponibilidade da Internet", "Iniciais", "Localização"),
        *("Tipo de correio electrónico", "Nome a apresentar para o correio electrónico"),
        *("Tipo de correio electrónico 2", "Nome a apresentar para o correio electrónico 2"),
        *("Tipo de correio electrónico 3", "Nome a apresentar para o correio electrónico 3", "Número do BI"),
        *("Prioridade", "Quilometragem", "Sexo"),
    ),
)

ITALIAN = _in(
    "Italian",
    ("Nome", "Cognome", "Indirizzo posta elettronica", "Via (uff.)"),
    (
        *("Titolo", "Nome", "Secondo nome", "Cognome", "Titolo straniero", "Società", "Reparto", "Posizione"),
        *("Via (uff.)", "Via (uff.) 2", "Via (uff.) 3", "Città (uff.)", "Provincia (uff.)", "CAP (uff.)"),
        "Paese/area geografica (uff.)|Paese (uff.)",
        *("Via (ab.)", "Via (ab.) 2", "Via (ab.) 3", "Città (ab.)", "Provincia (ab.)", "CAP (ab.)"),
        "Paese/area geografica (ab.)|Paese (ab.)",
        *("Altra via", "Altra via 2", "Altra via 3", "Altra città", "Altra provincia", "Altro CAP"),
        "Altro paese/area geografica|Altro paese",
        *("Telefono assistente", "Fax (uff.)", "Ufficio", "Ufficio 2", "Richiamata automatica", "Telefono auto"),
        *("Telefono principale società", "Fax (ab.)", "Abitazione", "Abitazione 2", "ISDN", "Cellulare", "Altro fax"),
        *("Altro telefono", "Cercapersone", "Telefono principale", "Radiotelefono", "Telefono TTY/TDD", "Telex"),
    ),
    email=("Indirizzo posta elettronica", "Indirizzo posta elettronica 2", "Indirizzo posta elettronica 3"),
    anniversary=("Anniversario",),
    birthday=("Compleanno",),
    ignored=(
        *("Account", "Altro indirizzo - Casella postale", "Cod. Fisc./P. IVA", "Dati fatturazione"),
        *("Disponibilità Internet", "Indennità trasferta", "Indirizzo (ab.) - Casella postale"),
        *("Indirizzo (uff.) - Casella postale", "Tipo posta elettronica", "Nome visualizzato posta elettronica"),
        *("Tipo posta elettronica 2", "Nome visualizzato posta elettronica 2", "Tipo posta elettronica 3"),
        *("Nome visualizzato posta elettronica 3", "Iniziali", "Lingua", "Luogo", "Numero ID organizzativo"),
        *("Priorità", "Privato", "Riservatezza", "Server di directory", "Sesso"),
    ),
)

DUTCH = _in(
    "Dutch",
    ("Voornaam", "Achternaam", "E-mailadres", "Werkadres, straat"),
    (
        *("Titel", "Voornaam", "Middelste naam", "Achternaam", "Achtervoegsel", "Bedrijf", "Afdeling", "Functie"),
        *("Werkadres, straat", "Werkadres 2, straat", "Werkadres 3, straat", "Werkadres, plaats"),
        *("Werkadres, provincie", "Werkadres, postcode", "Land/regio (werk)"),
        *("Huisadres, straat", "Huisadres, straat 2", "Huisadres, straat 3", "Huisadres, plaats"),
        *("Huisadres, provincie", "Huisadres, postcode", "Land/regio (thuis)"),
        *("Ander adres, straat", "Ander adres, straat 2", "Ander adres, straat 3", "Ander adres, plaats"),
        *("Ander adres, provincie", "Ander adres, postcode", "Land/regio (anders)"),
        *("Telefoon assistent", "Fax op werk", "Telefoon op werk", "Telefoon op werk 2", "Terugbellen"),
        *("Autotelefoon", "Hoofdtelefoon bedrijf", "Fax thuis", "Telefoon thuis", "Telefoon thuis 2", "ISDN"),
        *("Mobiele telefoon", "Andere fax", "Andere telefoon", "Pager", "Hoofdtelefoon", "Radiotelefoon"),
        *("Teksttelefoon", "Telex"),
    ),
    email=("E-mailadres", "E-mailadres 2", "E-mailadres 3"),
    anniversary=("Speciale datum",),
    birthday=("Verjaardag",),
    ignored=(
        *("Account", "Adreslijstserver", "Ander adres, postbusnummer", "E-mailtype", "Weergavenaam voor e-mail"),
        *("E-mailtype 2", "E-mail, weergegeven naam 2", "E-mailtype 3", "E-mail, weergegeven naam 3"),
        *("Factuurinformatie", "Geslacht", "Gevoeligheid", "Huisadres, postbusnummer", "Initialen"),
        *("Internet Beschikbaarheidsinfo", "Locatie", "Organisatie-id", "Prioriteit", "Privé", "Reisafstand"),
        *("Sofinummer", "Taal", "Werkadres, postbusnummer"),
    ),
)


def _english_address(kind: str) -> dict[str, str]:
    return {
        "street": f"{kind} Street",
        "city": f"{kind} City",
        "state": f"{kind} State",
        "zip": f"{kind} Postal Code",
        "country": f"{kind} Country/Region",
    }


#: The People page of Outlook.com and Microsoft 365, and the new Outlook for Windows.
OUTLOOK_COM = Source(
    "Outlook.com",
    frozenset({"E-mail Address", "First Name", "Surname Yomi", "IMAddress"}),
    {
        **{target: OUTLOOK.columns[target] for target in ("email", "first_name", "last_name", "company_name")},
        "job_title": ("Job Title",),
        "phone": _PHONES,
        **aligned(*map(_english_address, ("Business", "Home", "Other"))),
        "anniversary": ("Anniversary",),
        "birthday": ("Birthday",),
    },
    ignored=(
        *("Given Yomi", "Surname Yomi", "Company Yomi", "Car Phone", "Pager", "Business Fax", "Home Fax", "Other Fax"),
        *("Callback", "Radio Phone", "Telex", "TTY/TDD Phone", "IMAddress", "Assistant's Phone", "Location"),
    ),
)

WINDOWS_ADDRESS_BOOK = Source(
    "Windows Address Book",
    frozenset({"E-mail Address", "Nickname", "Personal Web Page", "Business Web Page"}),
    {
        "email": ("E-mail Address",),
        "first_name": ("First Name",),
        "last_name": ("Last Name",),
        "name": ("Name",),
        "company_name": ("Company",),
        "job_title": ("Job Title",),
        "phone": ("Mobile Phone", "Business Phone", "Home Phone"),
        **aligned(*map(_english_address, ("Business", "Home"))),
    },
    ignored=("Home Fax", "Business Fax", "Pager"),
)
