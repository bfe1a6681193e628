"""Names that people and programs give a column, and words that say who may be written to, in seven languages.

All are plain: letters and digits only, in lower case, accents taken away and ß written as ss (`plain_text`). English,
French, German, Spanish, Portuguese, Italian and Dutch stand in that order where a table has a line for each; what is written
in other letters comes from `other_scripts`.
"""

from __future__ import annotations

from . import other_scripts
from .words import plain_text

#: Names of columns, by what the import calls them. The earlier a name stands, the more certain it is.
SYNONYMS: dict[str, tuple[str, ...]] = {
    "email": (
        *("email", "emailaddress", "mail", "emailid", "primaryemail", "email1", "mailaddress", "emailpreferred"),
        *("emailaddress1", "emailwork", "workemail", "contactemail", "subscriberemail", "personalemail"),
        *("adressedemessagerie", "courriel", "adressemail", "adresseemail", "adresseelectronique"),
        *("adressecourriel", "mel", "adressedecourrier"),
        *("emailadresse", "mailadresse", "epost", "epostadresse", "primareemailadresse"),
        *("correo", "correoelectronico", "direcciondecorreoelectronico", "direcciondecorreo", "direccionemail"),
        *("enderecodeemail", "correioeletronico", "correioelectronico", "enderecodecorreioeletronico"),
        *("enderecodecorreioelectronico", "enderecoeletronico"),
        *("indirizzoemail", "indirizzopostaelettronica", "indirizzodipostaelettronica", "postaelettronica"),
        *("emailadres", "mailadres", "eadres"),
    ),
    "first_name": (
        *("firstname", "givenname", "forename", "first", "fname", "christianname", "givennames"),
        *("prenom", "prenoms"),
        *("vorname", "rufname", "vornamen"),
        *("nombre", "nombres", "primernombre", "nombredepila"),
        *("primeironome", "nomeproprio", "nome"),
        *("voornaam", "roepnaam"),
        *("namefirst", "fornamn", "fornavn", "etunimi", "imie", "jmeno", "keresztnev"),
    ),
    "last_name": (
        *("lastname", "surname", "familyname", "last", "lname"),
        *("nomdefamille", "nom", "patronyme"),
        *("nachname", "familienname", "zuname"),
        *("apellido", "apellidos", "primerapellido"),
        *("sobrenome", "apelido", "ultimonome"),
        *("cognome",),
        *("achternaam", "familienaam"),
        *("namelast", "efternamn", "efternavn", "etternavn", "sukunimi", "nazwisko", "prijmeni", "vezeteknev"),
    ),
    "name": (
        *("name", "fullname", "contactname", "displayname", "yourname", "formattedname", "membername"),
        *("nomcomplet", "nomaafficher", "prenomnom", "nomprenom", "nometprenom", "prenometnom"),
        *("vollername", "anzeigename", "vollstandigername", "vorundnachname", "ansprechpartner", "kontaktname"),
        *("nombrecompleto", "nombreyapellidos", "nombreyapellido", "apellidosynombre"),
        *("nomecompleto", "nomeparaexibicao", "nomeesobrenome"),
        *("nomecognome", "nomeecognome", "cognomenome", "cognomeenome", "nominativo", "nomevisualizzato"),
        *("naam", "volledigenaam", "voorenachternaam", "weergavenaam", "contactpersoon"),
        *("namn", "navn", "nimi", "fullstandigtnamn", "kontaktperson", "imieinazwisko"),
        *("firstandlastname", "yourfirstandlastname", "firstlastname", "firstnamelastname", "namefirstandlast"),
        *("lastnamefirstname", "namelastfirst", "firstnameandsurname", "fullnamefirstmiddlelast", "namerequired"),
    ),
    "company_name": (
        *("company", "companyname", "organization", "organisation", "organizationname", "organisationname"),
        *("companyorganization", "organizationaffiliation", "nameoforganization", "foretag"),
        *("accountname", "employer", "currentemployer", "businessname", "associatedcompany"),
        *("societe", "entreprise", "nomdelasociete", "nomdelentreprise", "raisonsociale", "employeur"),
        *("firma", "unternehmen", "firmenname", "arbeitgeber", "unternehmensname"),
        *("empresa", "compania", "organizacion", "nombredelaempresa", "razonsocial"),
        *("nomedaempresa", "organizacao", "companhia", "razaosocial"),
        *("azienda", "societa", "ditta", "organizzazione", "nomeazienda", "ragionesociale"),
        *("bedrijf", "bedrijfsnaam", "organisatie", "werkgever"),
        *("affiliation", "institution", "employername", "nameofyourorganization", "companyshorttext"),
    ),
    "job_title": (
        *("jobtitle", "position", "role", "occupation", "profession", "job"),
        *("contacttitle", "titleposition", "titlerole", "positiontitle", "jobtitlerole"),
        *("fonction", "poste", "intituledeposte", "intituleduposte", "metier"),
        *("beruf", "stellung", "funktion", "berufsbezeichnung", "positionstitel"),
        *("puesto", "cargo", "profesion", "ocupacion", "puestodetrabajo"),
        *("funcao", "profissao", "ocupacao"),
        *("posizione", "qualifica", "professione", "ruolo", "mansione"),
        *("functie", "functietitel", "beroep"),
        *("occupationname",),
    ),
    "phone": (
        *("phone", "phonenumber", "telephone", "telephonenumber", "tel", "mobile", "mobilephone", "mobilenumber"),
        *("cell", "cellphone", "cellnumber", "phone1", "primaryphone", "homephone", "workphone", "businessphone"),
        *("mobilephonenumber", "contactnumber", "phonemobile", "phonework", "phonehome"),
        *("mobileno", "phoneno", "contactno", "telno", "telephoneno", "officephone", "hometel", "worktel", "mobiletel"),
        *("phonecell", "daytimephone", "eveningphone", "landline", "telprivat", "mobiltelefonnummer", "phonerequired"),
        *("telephoneportable", "portable", "telmobile", "telephonemobile", "numerodetelephone", "telportable"),
        *("telephonefixe", "gsm"),
        *("telefonprivat", "privattelefon", "telefonnummerprivat", "telefondienstlich"),
        *("telefon", "telefonnummer", "mobiltelefon", "handy", "handynummer", "mobil", "mobilnummer", "rufnummer"),
        *("telefono", "movil", "telefonomovil", "celular", "numerodetelefono", "telefonocelular"),
        *("telefone", "telemovel", "telefonecelular", "numerodetelefone"),
        *("cellulare", "numeroditelefono", "telefonocellulare", "recapitotelefonico"),
        *("telefoon", "telefoonnummer", "mobieletelefoon", "mobiel", "mobielnummer", "gsmnummer"),
        *("phonenumbers", "phones", "contactnumbers", "homenumber", "worknumber", "landlinenumber", "phonephone"),
    ),
    "street": (
        *("street", "address", "streetaddress", "address1", "addressline1", "mailingstreet", "streetaddress1"),
        *("homeaddress", "mailingaddress", "postaladdress", "street1", "streetaddressline1", "billingaddress1"),
        *("adresse", "rue", "adresse1", "adressepostale", "voie", "numeroetrue", "adresseligne1"),
        *("strasse", "anschrift", "strasseundhausnummer", "strassehausnummer", "strassenr", "adresszeile1"),
        *("calle", "direccion", "domicilio", "direccion1", "direccionpostal"),
        *("endereco", "rua", "morada", "logradouro", "endereco1"),
        *("indirizzo", "via", "indirizzo1", "indirizzopostale"),
        *("ulica", "gatuadress", "katuosoite", "ulice", "utca"),
        *("straat", "adres", "straatnaam", "straatenhuisnummer", "adres1", "adresregel1"),
        *("addressone", "streetname", "fullstreetaddress", "preferredaddresslines"),
    ),
    "street2": (
        *("street2", "address2", "addressline2", "streetaddress2", "apartment", "suite", "streetaddressline2"),
        *("apt", "aptsuite", "aptno", "aptnumber", "aptunit", "unitnumber", "unitno", "aptsuiteetc", "suiteapt"),
        *("adresse2", "complement", "complementdadresse", "complementadresse", "adresseligne2"),
        *("adresszusatz", "strasse2", "adresszeile2"),
        *("direccion2", "calle2"),
        *("complemento", "endereco2", "morada2"),
        *("indirizzo2", "via2"),
        *("adres2", "straat2", "adresregel2", "toevoeging"),
        *("addresstwo",),
    ),
    "city": (
        *("city", "town", "mailingcity", "locality", "homecity", "citytown", "cityhome"),
        *("towncity", "citysuburb", "suburb"),
        *("ville", "localite", "commune"),
        *("ort", "stadt", "wohnort"),
        *("ciudad", "localidad", "poblacion", "municipio"),
        *("cidade", "localidade"),
        *("citta", "comune", "localita"),
        *("plaats", "woonplaats", "stad", "gemeente"),
        *("postort", "poststed", "kaupunki", "miasto", "miejscowosc", "mesto", "varos"),
    ),
    # Estado and, below, stato may mean a status too: then their words tell (see LEFT).
    "state": (
        *("state", "province", "region", "stateprovince", "mailingstateprovince", "county", "stateregion"),
        *("mailingstate", "homestate", "stateprovincehome", "stateabbrev", "stateabbreviation", "statecode"),
        *("countystate", "stateprov", "stateterritory", "st"),
        *("departement", "etat", "depregion"),
        *("bundesland", "kanton", "bundeslandkanton"),
        *("provincia", "estado", "provinciaoestado", "comunidadautonoma"),
        *("distrito", "uf"),
        *("regione", "prov"),
        *("provincie", "staat", "regio"),
    ),
    "zip": (
        *("zip", "zipcode", "postalcode", "postcode", "mailingzippostalcode", "zippostalcode", "mailingzip"),
        *("mailingpostalcode", "homezip", "homepostalcode", "zippostalcodehome", "homepostcode"),
        *("mailingpostcode",),
        *("codepostal", "cp"),
        *("plz", "postleitzahl"),
        *("codigopostal", "codpostal"),
        *("cep",),
        *("cap", "codicepostale", "codicediavviamentopostale"),
        *("postnummer", "postnr", "postinumero", "kodpocztowy", "psc", "iranyitoszam"),
        *("postal", "billingcode", "mailingcode"),
    ),
    "country": (
        *("country", "countryregion", "mailingcountry", "nation", "homecountry", "countryhome"),
        *("pays", "paysregion"),
        *("land", "landregion", "staatland"),
        *("pais", "paisoregion", "paisregion"),
        *("paisregiao",),
        *("paese", "nazione", "stato", "paeseareageografica"),
        *("landregio",),
    ),
    "anniversary": (
        *("anniversary", "weddinganniversary", "weddingdate", "weddingday"),
        *("anniversairedemariage", "anniversairedemariageoufete", "datedemariage"),
        *("jahrestag", "hochzeitstag"),
        *("aniversariodeboda", "fechadeboda"),
        *("aniversariodecasamento", "datasespeciais"),
        *("anniversario", "anniversariodimatrimonio"),
        *("trouwdag", "trouwdatum", "specialedatum", "jubileum"),
    ),
    # Aniversario is a birthday in Brazil, where it is the usual heading; elsewhere it may be another anniversary.
    "birthday": (
        *("birthday", "birthdate", "dateofbirth", "birthdaymmdd", "dob", "bday", "birthdayddmm"),
        *("anniversaire", "datedenaissance", "datenaissance"),
        *("geburtstag", "geburtsdatum"),
        *("cumpleanos", "fechadenacimiento", "fechanacimiento"),
        *("aniversario", "datadenascimento", "datanascimento"),
        *("compleanno", "datadinascita", "datanascita"),
        *("verjaardag", "geboortedatum"),
        *("fodelsedag", "fodelsedatum", "fodselsdag", "fodselsdato", "syntymapaiva", "syntymaaika", "dataurodzenia"),
        *("birthdaymonthday", "birthmonthday", "birthdaydaymonth"),
        *("personbirthday", "birthdatemonthday"),
    ),
    "birthday_month": (
        *("birthdaymonth", "birthmonth", "monthofbirth"),
        *("moisdenaissance",),
        *("geburtsmonat",),
        *("mesdenacimiento",),
        *("mesdenascimento",),
        *("mesedinascita",),
        *("geboortemaand",),
        *("dobmonth",),
    ),
    "birthday_day": (
        *("birthdayday", "dayofbirth"),
        *("jourdenaissance",),
        *("tagdergeburt",),
        *("diadenacimiento",),
        *("diadenascimento",),
        *("giornodinascita",),
        *("geboortedag",),
        *("dobday",),
    ),
    "sms_number": (
        *("smsnumber", "sms", "smsphone", "smsphonenumber", "textnumber", "smsmobile", "smsmobilenumber"),
        *("numerosms",),
        *("smsnummer", "smshandynummer"),
        *("numerodesms", "numeroparasms"),
        *("telemovelsms", "celularsms"),
        *("cellularesms",),
        *("smstelefoonnummer",),
    ),
    "sms_consent_date": (
        *("smsconsentdate", "smsoptindate", "smsconsent", "smspermissiondate", "smsconsenttime"),
        *("dateconsentementsms", "datedeconsentementsms"),
        *("smseinwilligungsdatum", "datumdersmseinwilligung"),
        *("fechadeconsentimientosms", "fechaconsentimientosms"),
        *("datadeconsentimentosms", "dataconsentimentosms"),
        *("dataconsensosms", "datadelconsensosms"),
        *("smstoestemmingsdatum", "datumsmstoestemming"),
    ),
}

SYNONYMS = {
    target: (*names, *map(plain_text, other_scripts.NAMES.get(target, ()))) for target, names in SYNONYMS.items()
}

#: Names of whole names in which the family's comes first, whether a comma stands behind it or not.
LAST_FIRST = frozenset(
    {
        *("lastnamefirstname", "namelastfirst", "nomprenom", "nometprenom", "apellidosynombre", "cognomenome"),
        *("cognomeenome", *map(plain_text, ("ФИО", "ПІБ", "氏名", "姓名", "성명"))),
    }
)

#: Columns that say by a word whether somebody may be written to.
STATUS = (
    *("status", "emailstatus", "subscriptionstatus", "subscription", "contactstatus", "marketingstatus"),
    *("emailpermissionstatus", "permissiontosend", "memberstatus", "emailsubscriberstatus", "subscriberstatus"),
    *("emailmarketingstatus", "emailsubscriptionstatus", "optinstatus", "consentstatus", "liststatus"),
    *("statut", "statutemail", "statutabonnement", "statutdabonnement", "etatdelabonnement", "statutducontact"),
    *("emailstatut", "abonnementstatus", "abostatus", "anmeldestatus", "newsletterstatus", "kontaktstatus"),
    *("estadodesuscripcion", "estadodelasuscripcion", "estadodelcontacto", "estadodelcorreo"),
    *("estadodaassinatura", "estadodasubscricao", "statusdaassinatura", "situacao", "statusdaasubscricao"),
    *("statoiscrizione", "statodelliscrizione", "statocontatto", "statoemail"),
    *("inschrijfstatus", "abonneestatus", "aanmeldstatus"),
    *map(plain_text, other_scripts.STATUS),
)
#: Columns where yes means that somebody must not be written to.
OUT = (
    *("unsubscribed", "isunsubscribed", "optout", "optedout", "emailoptout", "hasoptedoutofemail", "donotemail"),
    *("unsubscribedfromallemail", "donotcontact", "emailoptedout", "unsubscribe", "isoptedout", "nomail", "noemail"),
    *("donotmail", "emailunsubscribed", "blacklisted", "emailblacklisted", "blacklist", "blocklisted", "suppressed"),
    *("markedasspam", "spamreported", "removedfromlist", "leftlist", "offlist", "noeblast"),
    *("noeblasts",),
    *("excludedfromcampaigns", "donotprocess", "gdprerased", "anonymized", "passedaway", "righttobeforgotten"),
    *("emailreturned", "returnedemails"),
    *("bounced", "emailbounced", "optedoutofemail", "optedoutofemailmarketinginformation", "holdmail"),
    *("desabonne", "desinscrit", "desinscription", "nepascontacter", "nepasenvoyer", "listenoire", "desabonnement"),
    *("abgemeldet", "abbestellt", "nichtkontaktieren", "keinewerbung", "keineemails", "werbesperre", "gesperrt"),
    *("dadodebaja", "baja", "cancelado", "nocontactar", "noenviar", "noenviarcorreo", "listanegra"),
    *("cancelouassinatura", "descadastrado", "naocontactar", "naocontatar", "naoenviar", "naoenviaremail"),
    *("disiscritto", "cancellato", "disiscrizione", "noncontattare", "nonscrivere", "noninviare", "listanera"),
    *("uitgeschreven", "afgemeld", "nietmailen", "geenmail", "geenemail", "nietcontacteren", "nietbenaderen"),
)
#: Columns where no means that somebody must not be written to.
IN = (
    *("subscribed", "optin", "emailoptin", "optedin", "issubscribed", "marketingconsent", "acceptsmarketing"),
    *("optmein", "furthercontact", "donorfurthercontact", "futurecontact", "permissioned"),
    *("acceptsemailmarketing", "emailconsent", "consent", "newsletter", "mailinglist", "gdprconsent", "emailok"),
    *("abonne", "inscrit", "consentement", "accepteleemails", "accordemail", "optinemail", "recevoirlanewsletter"),
    *("abonniert", "angemeldet", "einwilligung", "zustimmung", "newslettererwunscht", "werbeeinwilligung"),
    *("suscrito", "suscripto", "consentimiento", "aceptapublicidad", "aceptamarketing", "recibirboletin"),
    *("inscrito", "subscrito", "consentimento", "aceitamarketing", "recebernewsletter"),
    *("iscritto", "consenso", "consensomarketing", "accettamarketing", "consensonewsletter"),
    *("ingeschreven", "aangemeld", "toestemming", "nieuwsbrief", "akkoordmailing"),
)
#: Columns of lists of people who left: any value says so.
LEFT_AT = (
    *("unsubtime", "unsubreason", "unsubreasonother", "unsubcampaigntitle", "unsubcampaignid", "cleantime"),
    *("dateofdeath", "markedasspamat", "spamreportedat"),
    *("cleancampaigntitle", "cleancampaignid", "unsubscribedate", "unsubscribedat", "unsubscribeddate"),
    *("unsubscribedtime", "unsubscribedmode", "unsubscribereason", "optoutdate", "optoutreason", "optouttime"),
    *("optoutsource", "confirmedoptoutdate", "confirmedoptoutsource", "confirmedoptoutreason", "bouncedate"),
    *("bouncereason", "emailbouncedreason", "emailbounceddate", "emailhardbouncereason", "optedoutat"),
    *("datededesinscription", "datededesabonnement", "motifdedesinscription", "raisondedesinscription"),
    *("abmeldedatum", "abgemeldetam", "abmeldegrund", "abbestelltam", "datumderabmeldung"),
    *("fechadebaja", "motivodebaja", "motivodelabaja", "fechadecancelacion"),
    *("datadocancelamento", "datadecancelamento", "motivodocancelamento"),
    *("datadidisiscrizione", "datadisiscrizione", "motivodisiscrizione", "datadicancellazione"),
    *("uitschrijfdatum", "datumuitgeschreven", "redenuitschrijving", "afmelddatum"),
)

#: What each of these columns is.
CONSENT = {
    **dict.fromkeys(STATUS, "status"),
    **dict.fromkeys(OUT, "out"),
    **dict.fromkeys(IN, "in"),
    **dict.fromkeys(LEFT_AT, "left"),
}

#: Words that say, in any such column, that somebody left or cannot be reached.
LEFT = (
    *("unsubscribed", "unsubscribe", "cleaned", "bounced", "hardbounced", "hardbounce", "optedout", "optout"),
    *("nonsubscribed", "notsubscribed", "removed", "spam", "complained", "complaint", "donotcontact", "donotemail"),
    *("deceased",),
    *("donotmail", "blocked", "blocklisted", "suppressed", "blacklisted", "deleted", "revoked", "withdrawn"),
    *("undeliverable", "invalidemail", "globallyunsubscribed", "unsubscribedbycontact", "unsubscribedbyadmin"),
    *("desabonne", "desabonnee", "desinscrit", "desinscrite", "nonabonne", "nepascontacter", "nepasenvoyer"),
    *("supprime", "rejete", "bloque", "listenoire", "refuse"),
    *("abgemeldet", "abbestellt", "nichtabonniert", "nichtangemeldet", "ausgetragen", "gesperrt", "blockiert"),
    *("geloscht", "widerrufen", "unzustellbar", "nichtkontaktieren", "nichtanschreiben"),
    *("dadodebaja", "baja", "desuscrito", "nosuscrito", "cancelado", "rebotado", "bloqueado", "eliminado"),
    *("nocontactar", "noenviar", "revocado"),
    *("descadastrado", "naoinscrito", "naosubscrito", "cancelada", "removido", "apagado", "devolvido"),
    *("naocontactar", "naocontatar", "naoenviar", "revogado"),
    *("disiscritto", "disiscritta", "noniscritto", "cancellato", "rimosso", "bloccato", "eliminato", "revocata"),
    *("noncontattare", "noninviare", "respinto"),
    *("uitgeschreven", "afgemeld", "nietingeschreven", "geblokkeerd", "verwijderd", "ingetrokken", "onbestelbaar"),
    *("nietmailen", "nietcontacteren"),
    *("avregistrerad", "avregistrert", "afmeldt", "wypisany"),
    *map(plain_text, other_scripts.LEFT),
)
NO = (
    *("0", "00", "false", "no", "n", "off", "never", "f", "unchecked", "notchecked"),
    *("non", "faux", "jamais"),
    *("nein", "falsch", "nie"),
    *("falso", "nunca"),
    *("nao",),
    *("mai",),
    *("nee", "onwaar", "nooit"),
    *map(plain_text, other_scripts.NO),
)
YES = (
    *("1", "10", "true", "yes", "y", "on", "x", "t", "checked"),
    *("oui", "vrai", "o"),
    *("ja", "wahr", "j"),
    *("si", "verdadero"),
    *("sim", "verdadeiro", "s"),
    *("vero",),
    *("waar",),
    *map(plain_text, other_scripts.YES),
)
#: Answers that are none.
NO_ANSWER = (
    *("na", "none", "null", "nan", "unknown", "notset", "unspecified", "noresponse", "noreply", "noanswer", "notasked"),
    *("inconnu", "nonrenseigne", "aucun"),
    *("unbekannt", "keineangabe", "nichtangegeben", "ka"),
    *("desconocido", "ninguno", "noespecificado"),
    *("desconhecido", "nenhum", "naoespecificado"),
    *("sconosciuto", "nessuno", "nonspecificato"),
    *("onbekend", "geen", "nietopgegeven"),
    *map(plain_text, other_scripts.NO_ANSWER),
)

#: Nobody answered. Of somebody who left it is a reason as good as any.
NO_REPLY = frozenset({"noresponse", "noreply", "noanswer", "notasked"})

#: What programs write where there is no date, as it stands.
NO_DATE = frozenset(
    {
        *("0/0/00", "0/0/0000", "00/00/00", "00/00/0000", "0000-00-00", "0000/00/00"),
        *("0.0.00", "00.00.00", "00.00.0000", "0-0-00", "00-00-00", "00-00-0000", "0-0-0000", "0.0.0000"),
    }
)
